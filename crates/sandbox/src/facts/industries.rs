//! Industries under LinkedIn's ids, with how many companies of each there are and the words that their names end in.

/// Id | title | weight | last words of a company's name | what such a company makes. A trailing `*` on the weight marks the
/// industries in which young small companies call themselves tech startups.
pub const INDUSTRIES: &str = "
    4   | Software Development | 22* | Labs,Software,Systems,Stack,Works,Code,AI | developer tools,workflow software,data platforms,machine learning software
    96  | IT Services and IT Consulting | 14* | Consulting,Technologies,Digital,Solutions,IT | cloud migrations,managed services,enterprise integration
    6   | Technology, Information and Internet | 14* | Online,Network,Hub,Cloud,App,Digital | marketplaces,consumer apps,online communities
    43  | Financial Services | 10* | Capital,Pay,Finance,Ledger,Wealth | payments,lending software,treasury services,wealth advice
    41  | Banking | 3 | Bank,Savings,Trust | retail banking,corporate banking
    42  | Insurance | 3 | Insurance,Mutual,Assurance | property insurance,health insurance
    11  | Business Consulting and Services | 7 | Partners,Advisory,Consulting,Group | strategy projects,operations projects
    80  | Advertising Services | 5 | Media,Creative,Agency,Studio | brand campaigns,performance marketing
    104 | Staffing and Recruiting | 3 | Talent,People,Staffing,Search | executive search,technical recruiting
    14  | Hospitals and Health Care | 7 | Health,Care,Clinic,Medical | outpatient care,telemedicine
    12  | Biotechnology Research | 3* | Bio,Genomics,Therapeutics | gene therapies,diagnostics
    15  | Pharmaceutical Manufacturing | 2 | Pharma,Laboratories | generic medicines,vaccines
    17  | Medical Equipment Manufacturing | 2 | Devices,Diagnostics,Medtech | imaging devices,surgical tools
    68  | Higher Education | 3 | College,Academy,Institute | degree programmes,continuing education
    132 | E-Learning Providers | 2* | Learning,Classroom,Academy | online courses,tutoring software
    27  | Retail | 5 | Stores,Market,Goods,Outfitters | household goods,fashion,groceries
    44  | Real Estate | 4 | Properties,Estates,Realty | offices,rental homes
    48  | Construction | 4 | Construction,Builders,Contracting | bridges,housing
    53  | Motor Vehicle Manufacturing | 3 | Motors,Mobility,Automotive | electric vans,drive trains
    52  | Aviation and Aerospace Component Manufacturing | 2 | Aerospace,Aviation,Orbital | satellite parts,turbines
    116 | Transportation, Logistics, Supply Chain and Storage | 4 | Logistics,Freight,Cargo,Shipping | parcel delivery,cold storage
    8   | Telecommunications | 3 | Telecom,Mobile,Networks | mobile networks,fibre lines
    144 | Renewable Energy Power Generation | 3* | Energy,Solar,Wind,Power | solar parks,battery storage
    57  | Oil and Gas | 2 | Petroleum,Resources,Drilling | exploration,refining
    23  | Food and Beverage Manufacturing | 3 | Foods,Brewing,Kitchen,Bakery | snacks,oat milk,coffee
    31  | Hospitality | 3 | Hotels,Resorts,Hospitality | city hotels,holiday resorts
    9   | Law Practice | 2 | Law,Legal | contract law,patent law
    47  | Accounting | 2 | Accounting,Tax,Audit | audits,payroll
    99  | Design Services | 2 | Design,Studio,Atelier | product design,interiors
    109 | Computer Games | 2* | Games,Interactive,Play | mobile games,role-playing games
    118 | Computer and Network Security | 3* | Security,Shield,Defence | identity security,threat detection
    106 | Venture Capital and Private Equity Principals | 2 | Ventures,Capital,Equity | seed funds,growth funds
    137 | Human Resources Services | 2 | People,Workforce,HR | payroll services,leadership training
    100 | Non-profit Organizations | 2 | Foundation,Alliance,Trust | clean water,literacy
    75  | Government Administration | 2 | Agency,Authority,Office | public transport,digital services
";
