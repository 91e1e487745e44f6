//! The few words of postings that mean the same everywhere, read from the many in which they come.

use serde::{Deserialize, Serialize};

use crate::fold::fold;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workplace {
    OnSite,
    Remote,
    Hybrid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    FullTime,
    PartTime,
    Contract,
    Temporary,
    Volunteer,
    Internship,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostingSeniority {
    Internship,
    Entry,
    Associate,
    MidSenior,
    Director,
    Executive,
}

impl Workplace {
    /// The word on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnSite => "on_site",
            Self::Remote => "remote",
            Self::Hybrid => "hybrid",
        }
    }

    /// "Hybrid", "On-site", `TELECOMMUTE`, or the number at the end of `urn:li:fs_workplaceType:2`.
    pub fn read(text: &str) -> Option<Self> {
        match letters(text.rsplit(':').next().unwrap_or_default()).as_str() {
            "onsite" | "1" => Some(Workplace::OnSite),
            "remote" | "telecommute" | "2" => Some(Workplace::Remote),
            "hybrid" | "3" => Some(Workplace::Hybrid),
            _ => None,
        }
    }

    /// What stands in brackets behind a place: "Berlin, Germany (Hybrid)" gives the place alone and the workplace.
    pub fn split_from(location: &str) -> (String, Option<Self>) {
        if let Some((place, rest)) = location.rsplit_once('(')
            && let Some(word) = rest.trim_end().strip_suffix(')')
            // A number in brackets is no workplace, though LinkedIn has numbers for them.
            && word.contains(char::is_alphabetic)
            && let Some(workplace) = Self::read(word)
        {
            return (place.trim().to_owned(), Some(workplace));
        }
        (location.to_owned(), None)
    }
}

impl EmploymentType {
    /// The word on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullTime => "full_time",
            Self::PartTime => "part_time",
            Self::Contract => "contract",
            Self::Temporary => "temporary",
            Self::Volunteer => "volunteer",
            Self::Internship => "internship",
            Self::Other => "other",
        }
    }

    /// "Full-time", `FULL_TIME`, `urn:li:fs_employmentStatus:FULL_TIME`, or LinkedIn's letter.
    pub fn read(text: &str) -> Option<Self> {
        match letters(text.rsplit(':').next().unwrap_or_default()).as_str() {
            "fulltime" | "f" => Some(EmploymentType::FullTime),
            "parttime" | "p" => Some(EmploymentType::PartTime),
            "contract" | "contractor" | "c" => Some(EmploymentType::Contract),
            "temporary" | "t" => Some(EmploymentType::Temporary),
            "volunteer" | "v" => Some(EmploymentType::Volunteer),
            "internship" | "intern" | "i" => Some(EmploymentType::Internship),
            "other" | "o" | "perdiem" => Some(EmploymentType::Other),
            _ => None,
        }
    }
}

impl PostingSeniority {
    /// The word on the wire and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internship => "internship",
            Self::Entry => "entry",
            Self::Associate => "associate",
            Self::MidSenior => "mid_senior",
            Self::Director => "director",
            Self::Executive => "executive",
        }
    }

    /// "Mid-Senior level", `MID_SENIOR_LEVEL`, or LinkedIn's number. "Not Applicable" is none.
    pub fn read(text: &str) -> Option<Self> {
        match letters(text.rsplit(':').next().unwrap_or_default()).as_str() {
            "internship" | "1" => Some(PostingSeniority::Internship),
            "entrylevel" | "entry" | "2" => Some(PostingSeniority::Entry),
            "associate" | "3" => Some(PostingSeniority::Associate),
            "midseniorlevel" | "midsenior" | "4" => Some(PostingSeniority::MidSenior),
            "director" | "5" => Some(PostingSeniority::Director),
            "executive" | "6" => Some(PostingSeniority::Executive),
            _ => None,
        }
    }
}

/// Letters and digits alone, so that spaces, hyphens and underscores do not count.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_in_many_words_is_one_thing() {
        for text in ["Full-time", "FULL_TIME", "full time", "urn:li:fs_employmentStatus:FULL_TIME", "F"] {
            assert_eq!(EmploymentType::read(text), Some(EmploymentType::FullTime), "{text}");
        }
        for text in ["Mid-Senior level", "MID_SENIOR_LEVEL", "4"] {
            assert_eq!(PostingSeniority::read(text), Some(PostingSeniority::MidSenior), "{text}");
        }
        for text in ["On-site", "on site", "urn:li:fs_workplaceType:1"] {
            assert_eq!(Workplace::read(text), Some(Workplace::OnSite), "{text}");
        }
        assert_eq!(Workplace::read("TELECOMMUTE"), Some(Workplace::Remote));
    }

    #[test]
    fn words_that_are_not_known_are_not_guessed() {
        assert_eq!(PostingSeniority::read("Not Applicable"), None);
        assert_eq!(EmploymentType::read("Vollzeit oder so"), None);
        assert_eq!(EmploymentType::read("Permanent"), None, "part of a week may be permanent, too");
        assert_eq!(Workplace::read("remote-friendly"), None);
        assert_eq!(Workplace::read(""), None);
    }

    #[test]
    fn a_workplace_in_brackets_is_taken_off_the_place() {
        assert_eq!(Workplace::split_from("Berlin, Germany (Hybrid)"), ("Berlin, Germany".to_owned(), Some(Workplace::Hybrid)));
        assert_eq!(Workplace::split_from("Frankfurt (Oder), Germany"), ("Frankfurt (Oder), Germany".to_owned(), None));
        assert_eq!(Workplace::split_from("Frankfurt (Oder)"), ("Frankfurt (Oder)".to_owned(), None));
        for place in ["Vienna (3)", "Vienna (1)", "Lyon (2)"] {
            assert_eq!(Workplace::split_from(place), (place.to_owned(), None));
        }
    }
}
