//! Words for company names, headlines, summaries, schools and certificates.

/// First halves of company names. Two of them, or one and an industry's last word, make a name.
pub const COMPANY_STEMS: &str = "Alder Amber Anchor Apex Arbor Arden Ascent Aspen Aster Atlas Auburn Aurora Avalon Axon Basalt Beacon Birch \
    Blue Bramble Bright Brook Cairn Calder Canopy Cascade Cedar Cinder Citrine Clover Cobalt Compass Copper Coral Cove Crest Crimson Crown Cypress Dahlia Dapple \
    Dawn Delta Dew Drift Dune Eagle Ember Emerald Equinox Evergreen Falcon Fathom Fen Fern Fiord Flint Forge Fox Garnet Gale Glacier Glen Golden Granite \
    Grove Gull Harbor Hawthorn Hazel Heath Helio Heron Hickory Hollow Horizon Indigo Iris Iron Ivory Jade Jasper Juniper Karst Keel Kelp Kestrel Kite \
    Lake Lantern Larch Lark Laurel Linden Loom Lotus Lunar Lynx Mallow Maple Marble Marlin Meadow Meridian Mesa Mint Mistral Moss Myrtle Nimbus North \
    Nova Oak Oasis Obsidian Ochre Olive Onyx Opal Orbit Orchard Osprey Otter Palisade Pebble Pine Pinnacle Plover Polar Poppy Prairie Quartz Quill \
    Raven Reed Ridge River Robin Rowan Saffron Sage Sandstone Sapphire Sequoia Shale Silver Slate Snow Solstice Sparrow Spruce Starling Stone Storm \
    Summit Sun Swift Sycamore Tamarind Teal Terra Thicket Thistle Tidal Timber Topaz Tundra Umber Valley Verde Vesper Violet Vista Walnut Willow \
    Wren Yarrow Zenith Zephyr";

/// Second halves of company names.
pub const COMPANY_TAILS: &str = "bank bay beam bell bend berg bird bloom bow bridge brook burn cast cliff craft crest dale deep dock field fleet \
    flow fold ford gate glow guard haven head hill hook house keep lane leaf light line link loft mark mast mill mind moor nest path peak pier point pool port post \
    rise road rock root sail seed shore side spark spring stead step stream tide town trail vale view ward watch wave way well wind wing wood yard";

/// Headlines. `{t}` is the title, `{c}` the company, `{s}` a specialty, `{m}` what the company makes.
pub const HEADLINES: &str = "
    {t} at {c}
    {t} at {c} | {s}
    {t} @ {c}
    {t} at {c} · {s} · {m}
    {t} | {s}
    {t} at {c} – we build {m}
    {t} bei {c} | {s}
    Passionate about {s} | {t} at {c}
    {t} at {c} | Hiring!
    {t}, {c}
";

/// Headlines of people who lead a small company in an industry of startups.
pub const STARTUP_HEADLINES: &str = "
    {t} at {c} | Tech startup for {m}
    {t} at {c}, a tech startup building {m}
    {t} @ {c} 🚀 tech startup
    {t} of {c} | Early-stage tech startup | {s}
    {t} at {c} | {m}
";

pub const SCHOOL_PATTERNS: &str = "
    University of {city}
    {city} Institute of Technology
    {city} Business School
";

/// Degree | of a hundred graduates so many.
pub const DEGREES: &str = "
    Bachelor of Science | 34
    Bachelor of Arts | 26
    Master of Science | 26
    Master of Arts | 11
    Doctor of Philosophy | 3
";
/// What those who lead others have studied instead, now and then.
pub const LEADERS_DEGREE: &str = "Master of Business Administration";

pub const FIELDS_OF_STUDY: &str = "
    8 | Computer Science,Software Engineering,Mechanical Engineering,Electrical Engineering
    13 | Information Systems,Computer Science,Statistics
    10 | Finance,Accounting,Economics
    15 | Marketing,Communication Studies
    3 | Graphic Design,Human-Computer Interaction
    11 | Nursing,Medicine,Pharmacy
    14 | Law
    7 | Education,Mathematics
    0 | Business Administration,Economics,Psychology
";

/// Certificate | who gives it; invented ones.
pub const CERTIFICATES: &str = "
    Certified Cloud Practitioner | Open Cloud Guild
    Professional Project Lead | Institute of Project Practice
    Data Protection Officer | European Privacy College
    Certified Growth Marketer | Growth Academy
    Lean Operations Green Belt | Lean Circle
";

/// Language of a country | its name.
pub const LANGUAGES: &str = "
    en | English
    de | German
    fr | French
    es | Spanish
    it | Italian
    nl | Dutch
    pt | Portuguese
    he | Hebrew
    zh | Chinese
    ja | Japanese
    ko | Korean
    sv | Swedish
    da | Danish
    no | Norwegian
    pl | Polish
    cs | Czech
    ro | Romanian
    uk | Ukrainian
    ru | Russian
    tr | Turkish
    el | Greek
    ar | Arabic
    id | Indonesian
    vi | Vietnamese
";
