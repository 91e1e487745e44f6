//! Given and family names of cultures that write with Latin letters; common ones, mixed at random.

/// How a culture names people. Names are parted by blanks; a form for women follows a comma, a Latin spelling follows `=`; `_` is a blank inside a name.
pub struct Names {
    pub culture: &'static str,
    pub women: &'static str,
    pub men: &'static str,
    pub families: &'static str,
    /// The family name comes first when the name is written in its own script.
    pub family_first: bool,
    /// Whether a blank parts the names when written in their own script.
    pub blank: bool,
    /// The language of a profile written in this culture's script, when that is not Latin.
    pub language: Option<&'static str>,
}

const fn latin(culture: &'static str, women: &'static str, men: &'static str, families: &'static str) -> Names {
    Names { culture, women, men, families, family_first: false, blank: true, language: None }
}

pub const LATIN: &[Names] = &[
    latin(
        "english",
        "Emma Olivia Grace Charlotte Hannah Amelia Lucy Rachel Megan Abigail Claire Heather Lauren Natalie Rebecca Sophie Victoria Zoe Erin Paige Jenna Holly Leah \
         Bridget Siobhán Niamh Katherine Allison Melissa Brooke",
        "James Oliver Jack Harry Thomas George William Ethan Samuel Daniel Matthew Ryan Andrew Joshua Benjamin Nathan Connor Liam Seán Patrick Kevin Brian Scott Tyler \
         Logan Mason Caleb Derek Graham Stuart",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Martin Thompson White Harris Clark Lewis Robinson Walker Young Allen King \
         Wright Scott Hill Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins O’Brien O’Connor McCarthy MacDonald \
         Whitfield Ashworth Pemberton Hargrove Langley Sinclair",
    ),
    latin(
        "spanish",
        "María Lucía Carmen Sofía Valentina Camila Isabel Elena Ana Marta Paula Daniela Gabriela Alejandra Mariana Noemí Inés Rocío Belén Ximena",
        "José Luis Carlos Javier Miguel Alejandro Andrés Diego Fernando Sergio Pablo Raúl Álvaro Martín Nicolás Joaquín Iván Rubén Óscar Emilio",
        "García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos \
         Ruiz Álvarez Mendoza Vásquez Castillo Jiménez Moreno Romero Herrera Muñoz Ibáñez Núñez Peña Quiñones",
    ),
    latin(
        "portuguese",
        "Ana Beatriz Mariana Juliana Fernanda Camila Larissa Letícia Inês Catarina Joana Débora Patrícia Luísa Conceição",
        "João Pedro Lucas Gabriel Rafael Thiago Bruno Felipe Gustavo Rodrigo Tiago Rui Gonçalo André Vinícius Antônio",
        "Silva Santos Oliveira Souza Pereira Ferreira Costa Rodrigues Almeida Nascimento Lima Araújo Ribeiro Carvalho Gomes Martins Rocha Barbosa Teixeira Guimarães \
         Magalhães Falcão Brandão",
    ),
    latin(
        "french",
        "Camille Léa Manon Chloé Élodie Aurélie Céline Hélène Mathilde Juliette Amélie Françoise Margaux Océane Noémie",
        "Jean Pierre Lucas Hugo Théo Antoine Nicolas Julien François Mathieu Clément Rémi Loïc Benoît Jérôme Étienne",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garnier Faure Rousseau Blanc Guérin Müller Bouchard \
         Gagnon Côté Bélanger Pelletier Lévesque",
    ),
    latin(
        "german",
        "Anna Lena Katharina Julia Sabine Claudia Birgit Franziska Ute Johanna Käthe Jana Svenja Mareike Gülşen",
        "Lukas Jonas Felix Maximilian Stefan Andreas Jürgen Jörg Björn Matthias Tobias Günther Uwe Sören Florian Heiko",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun \
         Krüger Hartmann Lange Krause Lehmann Köhler Groß Weiß Böhm Jäger Vogel Kühn von_Hagen",
    ),
    latin(
        "dutch",
        "Sanne Lotte Fleur Anouk Femke Marieke Eline Noor Saskia Iris Renée Loes",
        "Daan Bram Sem Thijs Jeroen Pieter Sander Maarten Joost Ruben Wouter Geert André",
        "de_Jong Jansen de_Vries van_den_Berg Bakker van_Dijk Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peters Hendriks van_Leeuwen Dekker Brouwer \
         Peeters Janssens Maes Claes Goossens",
    ),
    latin(
        "nordic",
        "Astrid Ingrid Freja Linnéa Sigrid Maja Elsa Signe Åsa Kajsa Märta Solveig Tuuli",
        "Lars Erik Nils Anders Magnus Björn Søren Håkon Øyvind Jens Mikkel Åke Oskar Gunnar",
        "Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Lindström Bergström Åkesson Hansen Olsen Jensen Nielsen Christensen Sørensen \
         Rasmussen Østergaard Bjørnstad Haugen Lindqvist Sjöberg",
    ),
    latin(
        "italian",
        "Giulia Chiara Francesca Martina Alessia Federica Valentina Ilaria Elisa Paola Beatrice Silvia Niccoletta",
        "Marco Andrea Luca Matteo Giovanni Francesco Alessandro Davide Lorenzo Stefano Niccolò Paolo Simone Riccardo",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri \
         Fontana Santoro D’Angelo Nicolò",
    ),
    latin(
        "polish",
        "Agnieszka Katarzyna Małgorzata Anna Joanna Magdalena Zofia Aleksandra Ewa Paulina Justyna Żaneta",
        "Piotr Krzysztof Andrzej Tomasz Paweł Michał Łukasz Jakub Wojciech Marcin Bartosz Grzegorz Sławomir",
        "Kowalski,Kowalska Wiśniewski,Wiśniewska Nowak Wójcik Kamiński,Kamińska Lewandowski,Lewandowska Zieliński,Zielińska Szymański,Szymańska Woźniak \
         Dąbrowski,Dąbrowska Kozłowski,Kozłowska Mazur Krawczyk Kaczmarek Grabowski,Grabowska Pawłowski,Pawłowska Król Wróbel Stępień",
    ),
    latin(
        "czech",
        "Tereza Eliška Kateřina Lucie Petra Markéta Veronika Jana Zuzana Hana",
        "Jan Tomáš Petr Jiří Martin Jakub Ondřej Lukáš Václav Zdeněk",
        "Novák,Nováková Svoboda,Svobodová Novotný,Novotná Dvořák,Dvořáková Černý,Černá Procházka,Procházková Kučera,Kučerová Veselý,Veselá Horák,Horáková \
         Němec,Němcová Pokorný,Pokorná Růžička,Růžičková Beneš,Benešová",
    ),
    latin(
        "romanian",
        "Andreea Ioana Elena Mihaela Raluca Ștefania Alina Bianca Daniela Roxana",
        "Andrei Alexandru Mihai Ionuț Ștefan Cristian Radu Vlad Bogdan Răzvan",
        "Popescu Ionescu Popa Pop Radu Dumitru Stan Stoica Gheorghe Rusu Munteanu Matei Marin Tudor Țăranu Șerban Constantinescu Bălan",
    ),
    latin(
        "turkish",
        "Ayşe Fatma Elif Zeynep Merve Büşra Esra Selin Gül Şule Ece Derya İrem",
        "Mehmet Mustafa Ahmet Ali Emre Murat Burak Can Cem Oğuz Serkan Tolga İbrahim",
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Güneş",
    ),
    latin(
        "vietnamese",
        "Thảo Linh Hương Mai Lan Ngọc Phương Trang Hà Yến Thuỷ Quỳnh",
        "Minh Hùng Tuấn Dũng Nam Hải Long Quang Đức Bảo Khoa Phúc",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
    ),
    latin(
        "indonesian",
        "Siti Dewi Putri Ayu Rina Wulan Fitri Indah Ratna Kartika",
        "Budi Agus Rizky Andi Dimas Fajar Hendra Yusuf Bayu Arif",
        "Santoso Wijaya Saputra Pratama Hidayat Nugroho Setiawan Kusuma Gunawan Siregar Lestari Halim Tanjung Suryadi",
    ),
    latin(
        "african",
        "Amara Chiamaka Ngozi Folake Adaeze Zanele Thandiwe Wanjiku Abena Yetunde Nneka Lerato",
        "Chinedu Oluwaseun Emeka Tunde Kwame Sipho Thabo Kamau Babajide Ikenna Kofi Mandla",
        "Okafor Adeyemi Okonkwo Balogun Eze Nwosu Adebayo Mensah Owusu Boateng Nkosi Dlamini Mokoena Ndlovu Kamau Mwangi Otieno Ogunleye Ọláyínká Asante",
    ),
];
