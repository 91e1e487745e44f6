//! Countries, regions and cities. Ids are LinkedIn's own where these are widely known; ids from 190000000 on are the sandbox's.

/// Areas larger than a country: id | title.
pub const AREAS: &str = "
    102221843 | North America
    104514572 | South America
    100506914 | Europe
    91000000  | European Union
    91000007  | EMEA
    91000003  | APAC
    91000008  | DACH
    91000010  | Nordics
";

/// Id | country | people in ten thousand | language | cultures by weight | the larger areas that hold it.
pub const COUNTRIES: &str = "
    103644278 | United States  | 4000 | en | english:56 spanish:12 indian:8 chinese:6 african:4 german:3 italian:3 korean:3 vietnamese:2 arabic:1 hebrew:1 russian:1 | 102221843
    101165590 | United Kingdom | 800  | en | english:76 indian:9 african:4 polish:3 arabic:2 chinese:2 italian:2 french:2 | 100506914 91000007
    102713980 | India          | 900  | en | indian:96 english:1 arabic:3 | 91000003
    101282230 | Germany        | 600  | de | german:78 turkish:7 polish:3 russian:3 arabic:2 italian:2 english:3 indian:2 | 100506914 91000000 91000007 91000008
    105015875 | France         | 450  | fr | french:82 arabic:8 portuguese:3 italian:2 spanish:2 vietnamese:1 african:2 | 100506914 91000000 91000007
    101174742 | Canada         | 450  | en | english:58 french:16 indian:9 chinese:8 arabic:2 korean:2 ukrainian:2 african:3 | 102221843
    101452733 | Australia      | 260  | en | english:74 chinese:8 indian:8 vietnamese:3 greek:3 italian:4 | 91000003
    102890719 | Netherlands    | 260  | nl | dutch:82 turkish:4 arabic:4 english:4 indonesian:3 indian:3 | 100506914 91000000 91000007
    105646813 | Spain          | 240  | es | spanish:94 arabic:2 english:2 italian:2 | 100506914 91000000 91000007
    103350119 | Italy          | 200  | it | italian:95 english:2 romanian:3 | 100506914 91000000 91000007
    106057199 | Brazil         | 300  | pt | portuguese:90 italian:4 japanese:3 german:3 | 104514572
    103323778 | Mexico         | 150  | es | spanish:97 english:3 | 102221843
    100446943 | Argentina      | 70   | es | spanish:80 italian:20 | 104514572
    100876405 | Colombia       | 60   | es | spanish:100 | 104514572
    101620260 | Israel         | 160  | he | hebrew:82 arabic:10 russian:8 | 91000007
    102890883 | China          | 200  | zh | chinese:98 english:2 | 91000003
    101355337 | Japan          | 200  | ja | japanese:96 english:2 korean:2 | 91000003
    105149562 | South Korea    | 150  | ko | korean:98 english:2 | 91000003
    105117694 | Sweden         | 130  | sv | nordic:86 arabic:4 english:4 polish:3 indian:3 | 100506914 91000000 91000007 91000010
    104514075 | Denmark        | 70   | da | nordic:92 german:4 english:4 | 100506914 91000000 91000007 91000010
    103819153 | Norway         | 60   | no | nordic:92 english:4 polish:4 | 100506914 91000007 91000010
    106693272 | Switzerland    | 130  | de | german:60 french:24 italian:12 english:4 | 100506914 91000007 91000008
    103883259 | Austria        | 70   | de | german:88 turkish:6 czech:6 | 100506914 91000000 91000007 91000008
    100565514 | Belgium        | 80   | nl | dutch:56 french:38 arabic:6 | 100506914 91000000 91000007
    105072130 | Poland         | 150  | pl | polish:93 ukrainian:7 | 100506914 91000000 91000007
    104508036 | Czechia        | 60   | cs | czech:95 ukrainian:5 | 100506914 91000000 91000007
    106670623 | Romania        | 60   | ro | romanian:96 german:4 | 100506914 91000000 91000007
    102264497 | Ukraine        | 100  | uk | ukrainian:92 russian:8 | 100506914 91000007
    101728296 | Russia         | 70   | ru | russian:96 ukrainian:4 | 100506914 91000007
    102105699 | Türkiye        | 110  | tr | turkish:98 arabic:2 | 91000007
    104738515 | Ireland        | 100  | en | english:92 polish:5 indian:3 | 100506914 91000000 91000007
    100364837 | Portugal       | 90   | pt | portuguese:97 english:3 | 100506914 91000000 91000007
    104677530 | Greece         | 60   | el | greek:97 english:3 | 100506914 91000000 91000007
    106155005 | Egypt          | 80   | ar | arabic:98 french:2 | 91000007
    104305776 | United Arab Emirates | 110 | ar | arabic:42 indian:38 english:14 french:3 african:3 | 91000007
    100459316 | Saudi Arabia   | 60   | ar | arabic:90 indian:10 | 91000007
    102454443 | Singapore      | 110  | en | chinese:62 indian:18 indonesian:10 english:10 | 91000003
    105365761 | Nigeria        | 90   | en | african:96 english:4 | 91000007
    104035573 | South Africa   | 90   | en | english:42 african:44 dutch:8 indian:6 | 91000007
    102478259 | Indonesia      | 90   | id | indonesian:94 chinese:6 | 91000003
    104195383 | Vietnam        | 60   | vi | vietnamese:100 | 91000003
";

/// Parts of a country that hold cities: id | title | country.
pub const REGIONS: &str = "
    102095887 | California, United States | 103644278
    105080838 | New York, United States | 103644278
    102748797 | Texas, United States | 103644278
    101098412 | Massachusetts, United States | 103644278
    103977389 | Washington, United States | 103644278
    101949407 | Illinois, United States | 103644278
    101318387 | Florida, United States | 103644278
    102299470 | England, United Kingdom | 101165590
    103035651 | Berlin, Germany | 101282230
    190000001 | Bavaria, Germany | 101282230
    104246759 | Île-de-France, France | 105015875
    105149290 | Ontario, Canada | 101174742
    190000002 | Karnataka, India | 102713980
    190000003 | Maharashtra, India | 102713980
";

/// Id | what LinkedIn shows | country | weight within the country | the regions and metropolitan areas that hold it.
pub const CITIES: &str = "
    90000070  | New York City Metropolitan Area | 103644278 | 12 | 105080838
    102571732 | New York, New York, United States | 103644278 | 8 | 90000070 105080838
    90000084  | San Francisco Bay Area | 103644278 | 12 | 102095887
    102277331 | San Francisco, California, United States | 103644278 | 6 | 90000084 102095887
    90000049  | Los Angeles Metropolitan Area | 103644278 | 6 | 102095887
    102448103 | Los Angeles, California, United States | 103644278 | 4 | 90000049 102095887
    90000091  | Greater Seattle Area | 103644278 | 6 | 103977389
    90000007  | Greater Boston | 103644278 | 6 | 101098412
    102380872 | Boston, Massachusetts, United States | 103644278 | 2 | 90000007 101098412
    90000014  | Greater Chicago Area | 103644278 | 5 | 101949407
    103112676 | Chicago, Illinois, United States | 103644278 | 3 | 90000014 101949407
    90000064  | Austin, Texas Metropolitan Area | 103644278 | 4 | 102748797
    104472865 | Austin, Texas, United States | 103644278 | 3 | 90000064 102748797
    90000031  | Dallas-Fort Worth Metroplex | 103644278 | 4 | 102748797
    90000042  | Greater Houston | 103644278 | 3 | 102748797
    90000052  | Atlanta Metropolitan Area | 103644278 | 4 |
    90000034  | Denver Metropolitan Area | 103644278 | 3 |
    90000097  | Washington DC-Baltimore Area | 103644278 | 5 |
    90000056  | Miami-Fort Lauderdale Area | 103644278 | 3 | 101318387
    90000077  | Greater Philadelphia | 103644278 | 2 |
    103644278 | United States | 103644278 | 2 |
    102257491 | London, England, United Kingdom | 101165590 | 10 | 90009496 102299470
    90009496  | London Area, United Kingdom | 101165590 | 14 | 102299470
    190000101 | Manchester, England, United Kingdom | 101165590 | 5 | 102299470
    190000102 | Bristol, England, United Kingdom | 101165590 | 3 | 102299470
    190000103 | Edinburgh, Scotland, United Kingdom | 101165590 | 3 |
    190000104 | Leeds, England, United Kingdom | 101165590 | 2 | 102299470
    105214831 | Bengaluru, Karnataka, India | 102713980 | 12 | 190000002
    106164952 | Mumbai, Maharashtra, India | 102713980 | 8 | 190000003
    114806696 | Pune, Maharashtra, India | 102713980 | 6 | 190000003
    105556991 | Hyderabad, Telangana, India | 102713980 | 7 |
    190000105 | Chennai, Tamil Nadu, India | 102713980 | 5 |
    106187582 | Delhi, India | 102713980 | 6 |
    106967730 | Berlin, Berlin, Germany | 101282230 | 12 | 103035651
    100477049 | Munich, Bavaria, Germany | 101282230 | 9 | 190000001
    106430557 | Hamburg, Hamburg, Germany | 101282230 | 6 |
    106772406 | Frankfurt, Hesse, Germany | 101282230 | 6 |
    190000106 | Cologne, North Rhine-Westphalia, Germany | 101282230 | 5 |
    190000107 | Nuremberg, Bavaria, Germany | 101282230 | 2 | 190000001
    106383538 | Paris, Île-de-France, France | 105015875 | 14 | 104246759
    190000108 | Greater Lyon Area | 105015875 | 4 |
    190000109 | Toulouse, Occitanie, France | 105015875 | 3 |
    190000110 | Nantes, Pays de la Loire, France | 105015875 | 2 |
    100025096 | Toronto, Ontario, Canada | 101174742 | 10 | 105149290
    103366113 | Vancouver, British Columbia, Canada | 101174742 | 6 |
    101330853 | Montreal, Quebec, Canada | 101174742 | 6 |
    190000111 | Ottawa, Ontario, Canada | 101174742 | 3 | 105149290
    104769905 | Sydney, New South Wales, Australia | 101452733 | 10 |
    100992797 | Melbourne, Victoria, Australia | 101452733 | 8 |
    190000112 | Brisbane, Queensland, Australia | 101452733 | 4 |
    102011674 | Amsterdam, North Holland, Netherlands | 102890719 | 10 |
    190000113 | Rotterdam, South Holland, Netherlands | 102890719 | 5 |
    190000114 | Eindhoven, North Brabant, Netherlands | 102890719 | 3 |
    100994331 | Madrid, Community of Madrid, Spain | 105646813 | 10 |
    105088894 | Barcelona, Catalonia, Spain | 105646813 | 9 |
    190000115 | Valencia, Valencian Community, Spain | 105646813 | 3 |
    103873152 | Milan, Lombardy, Italy | 103350119 | 10 |
    190000116 | Rome, Latium, Italy | 103350119 | 6 |
    190000117 | Turin, Piedmont, Italy | 103350119 | 3 |
    190000118 | São Paulo, São Paulo, Brazil | 106057199 | 12 |
    190000119 | Rio de Janeiro, Rio de Janeiro, Brazil | 106057199 | 5 |
    190000120 | Florianópolis, Santa Catarina, Brazil | 106057199 | 2 |
    190000121 | Mexico City, Mexico | 103323778 | 10 |
    190000122 | Monterrey, Nuevo León, Mexico | 103323778 | 5 |
    190000123 | Buenos Aires, Argentina | 100446943 | 10 |
    190000124 | Bogotá, Capital District, Colombia | 100876405 | 10 |
    190000125 | Medellín, Antioquia, Colombia | 100876405 | 5 |
    190000126 | Tel Aviv District, Israel | 101620260 | 12 |
    190000127 | Haifa, Haifa District, Israel | 101620260 | 4 |
    190000128 | Shanghai, China | 102890883 | 8 |
    190000129 | Beijing, China | 102890883 | 8 |
    190000130 | Shenzhen, Guangdong, China | 102890883 | 6 |
    190000131 | Tokyo, Japan | 101355337 | 12 |
    190000132 | Osaka, Japan | 101355337 | 5 |
    190000133 | Seoul, South Korea | 105149562 | 14 |
    190000134 | Busan, South Korea | 105149562 | 3 |
    190000135 | Stockholm, Stockholm County, Sweden | 105117694 | 10 |
    190000136 | Gothenburg, Västra Götaland County, Sweden | 105117694 | 4 |
    190000137 | Copenhagen, Capital Region of Denmark, Denmark | 104514075 | 10 |
    190000138 | Oslo, Norway | 103819153 | 10 |
    190000139 | Zurich, Switzerland | 106693272 | 10 |
    190000140 | Geneva, Switzerland | 106693272 | 5 |
    190000141 | Vienna, Austria | 103883259 | 10 |
    190000142 | Brussels, Brussels Region, Belgium | 100565514 | 8 |
    190000143 | Ghent, Flemish Region, Belgium | 100565514 | 4 |
    105076658 | Warsaw, Mazowieckie, Poland | 105072130 | 9 |
    190000144 | Kraków, Małopolskie, Poland | 105072130 | 6 |
    190000145 | Prague, Czechia | 104508036 | 10 |
    190000146 | Bucharest, Romania | 106670623 | 9 |
    190000147 | Cluj-Napoca, Cluj, Romania | 106670623 | 4 |
    190000148 | Kyiv, Kyiv City, Ukraine | 102264497 | 10 |
    190000149 | Lviv, Lviv, Ukraine | 102264497 | 5 |
    190000150 | Moscow, Moscow City, Russia | 101728296 | 10 |
    190000151 | Istanbul, Türkiye | 102105699 | 12 |
    190000152 | Ankara, Türkiye | 102105699 | 4 |
    190000153 | Dublin, County Dublin, Ireland | 104738515 | 10 |
    190000154 | Lisbon, Lisbon, Portugal | 100364837 | 9 |
    190000155 | Porto, Porto, Portugal | 100364837 | 5 |
    190000156 | Athens, Attiki, Greece | 104677530 | 10 |
    190000157 | Cairo, Egypt | 106155005 | 10 |
    106204383 | Dubai, United Arab Emirates | 104305776 | 12 |
    190000158 | Abu Dhabi Emirate, United Arab Emirates | 104305776 | 4 |
    190000159 | Riyadh, Riyadh, Saudi Arabia | 100459316 | 10 |
    102454443 | Singapore | 102454443 | 10 |
    190000160 | Lagos, Lagos State, Nigeria | 105365761 | 10 |
    190000161 | Cape Town, Western Cape, South Africa | 104035573 | 6 |
    190000162 | Johannesburg, Gauteng, South Africa | 104035573 | 7 |
    190000163 | Jakarta, Jakarta, Indonesia | 102478259 | 10 |
    190000164 | Ho Chi Minh City, Vietnam | 104195383 | 8 |
    190000165 | Hanoi, Hanoi, Vietnam | 104195383 | 6 |
";
