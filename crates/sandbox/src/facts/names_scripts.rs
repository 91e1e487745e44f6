//! Given and family names of cultures with a script of their own, each with its Latin spelling.

use super::names_latin::Names;

pub const SCRIPTS: &[Names] = &[
    Names {
        culture: "russian",
        women: "Анна=Anna Екатерина=Ekaterina Мария=Maria Ольга=Olga Наталья=Natalia Татьяна=Tatiana Елена=Elena Юлия=Yulia Ирина=Irina Светлана=Svetlana",
        men: "Александр=Alexander Дмитрий=Dmitry Сергей=Sergey Иван=Ivan Алексей=Alexey Андрей=Andrey Михаил=Mikhail Николай=Nikolay Павел=Pavel Егор=Egor",
        families: "Иванов,Иванова=Ivanov,Ivanova Смирнов,Смирнова=Smirnov,Smirnova Кузнецов,Кузнецова=Kuznetsov,Kuznetsova Попов,Попова=Popov,Popova \
            Соколов,Соколова=Sokolov,Sokolova Лебедев,Лебедева=Lebedev,Lebedeva Козлов,Козлова=Kozlov,Kozlova Новиков,Новикова=Novikov,Novikova \
            Морозов,Морозова=Morozov,Morozova Волков,Волкова=Volkov,Volkova Зайцев,Зайцева=Zaitsev,Zaitseva Орлов,Орлова=Orlov,Orlova",
        family_first: false,
        blank: true,
        language: Some("ru"),
    },
    Names {
        culture: "ukrainian",
        women: "Олена=Olena Оксана=Oksana Ірина=Iryna Наталія=Nataliia Юлія=Yuliia Марія=Mariia Тетяна=Tetiana Дарина=Daryna Софія=Sofiia Христина=Khrystyna",
        men: "Олександр=Oleksandr Андрій=Andrii Сергій=Serhii Микола=Mykola Дмитро=Dmytro Тарас=Taras Богдан=Bohdan Ігор=Ihor Максим=Maksym Володимир=Volodymyr",
        families: "Шевченко=Shevchenko Коваленко=Kovalenko Бондаренко=Bondarenko Ткаченко=Tkachenko Кравченко=Kravchenko Олійник=Oliinyk Шевчук=Shevchuk \
            Поліщук=Polishchuk Лисенко=Lysenko Мельник=Melnyk Гончаренко=Honcharenko Савченко=Savchenko",
        family_first: false,
        blank: true,
        language: Some("uk"),
    },
    Names {
        culture: "greek",
        women: "Μαρία=Maria Ελένη=Eleni Κατερίνα=Katerina Σοφία=Sofia Αγγελική=Angeliki Δήμητρα=Dimitra Ιωάννα=Ioanna Χριστίνα=Christina",
        men: "Γιώργος=Giorgos Γιάννης=Giannis Δημήτρης=Dimitris Νίκος=Nikos Κώστας=Kostas Παναγιώτης=Panagiotis Βασίλης=Vasilis Αλέξανδρος=Alexandros",
        families: "Παπαδόπουλος,Παπαδοπούλου=Papadopoulos,Papadopoulou Αντωνίου=Antoniou Γεωργίου=Georgiou Δημητρίου=Dimitriou \
            Νικολάου=Nikolaou Οικονόμου=Oikonomou Βασιλείου=Vasileiou Καραγιάννης,Καραγιάννη=Karagiannis,Karagianni Μακρής,Μακρή=Makris,Makri",
        family_first: false,
        blank: true,
        language: Some("el"),
    },
    Names {
        culture: "arabic",
        women: "فاطمة=Fatima مريم=Mariam نور=Nour سارة=Sara ليلى=Layla هدى=Huda رانيا=Rania ياسمين=Yasmin سلمى=Salma دينا=Dina",
        men: "محمد=Mohamed أحمد=Ahmed علي=Ali عمر=Omar خالد=Khaled يوسف=Youssef كريم=Karim طارق=Tarek حسن=Hassan سامي=Sami",
        families: "حسن=Hassan إبراهيم=Ibrahim منصور=Mansour الخطيب=El_Khatib عبدالله=Abdullah السيد=El_Sayed حداد=Haddad نجار=Najjar خوري=Khoury \
            المصري=Al-Masri بن_علي=Ben_Ali الهاشمي=Al_Hashimi شريف=Sherif قاسم=Qasim",
        family_first: false,
        blank: true,
        language: Some("ar"),
    },
    Names {
        culture: "hebrew",
        women: "נועה=Noa תמר=Tamar מאיה=Maya שירה=Shira יעל=Yael מיכל=Michal רוני=Roni הילה=Hila ענת=Anat",
        men: "איתי=Itay יוסף=Yosef דוד=David נועם=Noam עומר=Omer אורי=Uri גיא=Guy רועי=Roi אלון=Alon",
        families: "כהן=Cohen לוי=Levi מזרחי=Mizrahi פרץ=Peretz ביטון=Biton דהן=Dahan אברהם=Avraham פרידמן=Friedman כץ=Katz שפירא=Shapira \
            גולן=Golan ברק=Barak בן_דוד=Ben-David",
        family_first: false,
        blank: true,
        language: Some("he"),
    },
    Names {
        culture: "indian",
        women: "प्रिया=Priya अंजलि=Anjali नेहा=Neha पूजा=Pooja श्रेया=Shreya दिव्या=Divya कविता=Kavita अनन्या=Ananya मीरा=Meera सुनीता=Sunita ঐশী=Oishi தமிழ்செல்வி=Tamilselvi",
        men: "राहुल=Rahul अमित=Amit रोहन=Rohan विक्रम=Vikram अर्जुन=Arjun संजय=Sanjay राजेश=Rajesh आदित्य=Aditya करण=Karan सुरेश=Suresh অনির্বাণ=Anirban முருகன்=Murugan",
        families: "शर्मा=Sharma पटेल=Patel गुप्ता=Gupta सिंह=Singh कुमार=Kumar वर्मा=Verma रेड्डी=Reddy नायर=Nair अय्यर=Iyer जोशी=Joshi मेहता=Mehta \
            देसाई=Desai कपूर=Kapoor मल्होत्रा=Malhotra चटर्जी=Chatterjee बनर्जी=Banerjee राव=Rao मिश्रा=Mishra कुलकर्णी=Kulkarni पिल्लै=Pillai",
        family_first: false,
        blank: true,
        language: Some("hi"),
    },
    Names {
        culture: "chinese",
        women: "芳=Fang 敏=Min 静=Jing 丽=Li 娜=Na 雪梅=Xuemei 晓燕=Xiaoyan 婷婷=Tingting 欣怡=Xinyi 雨桐=Yutong",
        men: "伟=Wei 强=Qiang 磊=Lei 军=Jun 涛=Tao 志明=Zhiming 建国=Jianguo 浩然=Haoran 俊杰=Junjie 子轩=Zixuan",
        families: "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun 马=Ma 朱=Zhu 胡=Hu 郭=Guo 何=He 林=Lin 高=Gao 欧阳=Ouyang",
        family_first: true,
        blank: false,
        language: Some("zh"),
    },
    Names {
        culture: "japanese",
        women: "陽子=Yoko 美咲=Misaki さくら=Sakura 結衣=Yui 愛=Ai 真由美=Mayumi 恵子=Keiko 直美=Naomi 葵=Aoi",
        men: "太郎=Taro 健太=Kenta 翔=Sho 大輔=Daisuke 拓也=Takuya 直樹=Naoki 浩=Hiroshi 誠=Makoto 蓮=Ren",
        families: "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato \
            吉田=Yoshida 山田=Yamada 松本=Matsumoto 井上=Inoue 木村=Kimura",
        family_first: true,
        blank: true,
        language: Some("ja"),
    },
    Names {
        culture: "korean",
        women: "서연=Seoyeon 민지=Minji 지우=Jiwoo 수빈=Subin 하은=Haeun 유진=Yujin 은영=Eunyoung 혜진=Hyejin",
        men: "민준=Minjun 서준=Seojun 도윤=Doyun 지훈=Jihoon 현우=Hyunwoo 성민=Sungmin 준호=Junho 영수=Youngsoo",
        families: "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon 장=Jang 임=Lim 한=Han 오=Oh 서=Seo 신=Shin",
        family_first: true,
        blank: false,
        language: Some("ko"),
    },
];
