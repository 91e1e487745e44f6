//! Words for postings. All of them are ours.

/// What stands behind a title. `{t}` is the title, `{s}` a specialty of its function; characters that markup has to escape are wanted.
pub const TITLE_PATTERNS: &str = "
    {t}
    {t}
    {t}
    {t} – {s}
    {t} (m/f/d)
    {t}, R&D
    {t} <{s}>
    {t} \"Team {s}\"
";

/// Titles for places where people read from right to left.
pub const RIGHT_TO_LEFT_TITLES: &str = "
    מהנדס תוכנה בכיר
    מפתחת צד לקוח (React)
    מנהל מוצר – פינטק
    אנליסטית נתונים, R&D
    מהנדס DevOps / SRE
";

/// Paragraphs of descriptions. `{c}` is the company, `{t}` the title, `{s}` a specialty, `{m}` what the company makes, `{k}` skills.
pub const OPENINGS: &str = "
    {c} makes {m}, and is looking for a {t} who likes to see things through.
    At {c} we believe that {m} should be simple. You will join us as {t}.
    We are {c}. Small teams, long breaths, {m}. Our next {t} works on {s}.
";

pub const TASKS: &str = "
    Own {s} from the first sketch to the last support call
    Work with design & product on what comes next
    Write things down, so that others need not ask twice
    Review the work of colleagues kindly and thoroughly
    Keep costs < budget and quality > last year's
";

pub const WISHES: &str = "
    You know your way around {k}
    You have worked as a {t}, or nearly so
    You write and speak English; \"perfect\" is not needed
    You ask before you guess
";

pub const BENEFITS: &str = "
    Actively Hiring
    Be an early applicant
    Medical insurance
";
