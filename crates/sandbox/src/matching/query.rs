//! A search in neutral words, whichever api or URL it came by.

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Name, headline, title, company, industry, school.
    Keywords,
    Title,
    PastTitle,
    /// Present or past.
    AnyTitle,
    FirstName,
    LastName,
    Location,
    CompanyLocation,
    Industry,
    Company,
    PastCompany,
    AnyCompany,
    School,
    Headcount,
    Seniority,
    Function,
    Distance,
    Skill,
    Language,
    /// Years of experience, at the company, in the position.
    Experience,
    TenureAtCompany,
    TenureAtRole,
    /// A filter over things that the population does not have; it narrows the result by a fixed, invented share.
    Invented(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Id(u64),
    Text(String),
    /// Both ends included.
    Range(f64, f64),
}

/// One value of `any` must hold; with `negate`, none may.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub field: Field,
    pub any: Vec<Value>,
    pub negate: bool,
}

/// All conditions must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub all: Vec<Condition>,
}

impl Query {
    pub fn require(&mut self, field: Field, any: Vec<Value>) {
        if !any.is_empty() {
            self.all.push(Condition { field, any, negate: false });
        }
    }

    pub fn exclude(&mut self, field: Field, any: Vec<Value>) {
        if !any.is_empty() {
            self.all.push(Condition { field, any, negate: true });
        }
    }
}

impl Value {
    /// Digits are an id, all else is text.
    pub fn of(text: &str) -> Value {
        text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Id)
    }
}
