//! How senior a job title reads, for counting people by it. A reading of words, not a fact about anybody.

use sluice_providers::Seniority;

use super::text::words;

/// The level that a title names, if it names one.
pub fn of_title(title: &str) -> Option<Seniority> {
    let words = words(title);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let says = |one: &str, other: &str| words.windows(2).any(|pair| pair[0] == one && pair[1] == other);
    if has(&["intern", "trainee", "apprentice", "student", "internship", "praktikant", "werkstudent", "stagiaire"]) {
        return Some(Seniority::Training);
    }
    if has(&["vp", "svp", "evp", "avp"]) || says("vice", "president") {
        return Some(Seniority::Vp);
    }
    // "Assistant to the CEO" is no CEO.
    if has(&["assistant", "associate", "junior", "jr", "entry"]) && !has(&["director", "manager", "partner"]) {
        return Some(Seniority::Entry);
    }
    if has(&["owner", "founder", "cofounder", "proprietor", "inhaber", "grunder"]) && !says("product", "owner") {
        return Some(Seniority::Owner);
    }
    if has(&["ceo", "cto", "cfo", "coo", "cio", "ciso", "cmo", "cpo", "cro", "chro", "cdo", "cso", "chief", "president"]) {
        return Some(Seniority::Cxo);
    }
    if has(&["director", "head", "directeur", "direktor"]) {
        return Some(Seniority::Director);
    }
    if has(&["partner"]) && !says("business", "partner") && !has(&["manager"]) {
        return Some(Seniority::Partner);
    }
    if has(&["manager", "supervisor", "leiter", "gerente"]) {
        return Some(Seniority::Manager);
    }
    if has(&["senior", "sr", "lead", "principal", "staff"]) {
        return Some(Seniority::Senior);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_reads_as_the_level_that_it_names() {
        let cases = [
            ("CEO & Founder", Some(Seniority::Owner)),
            ("Chief Technology Officer", Some(Seniority::Cxo)),
            ("Senior Vice President, Sales", Some(Seniority::Vp)),
            ("President", Some(Seniority::Cxo)),
            ("Executive Assistant to the CEO", Some(Seniority::Entry)),
            ("Associate Director", Some(Seniority::Director)),
            ("Head of Data", Some(Seniority::Director)),
            ("HR Business Partner", None),
            ("Managing Partner", Some(Seniority::Partner)),
            ("Partner Manager", Some(Seniority::Manager)),
            ("Product Owner", None),
            ("Lead Engineer", Some(Seniority::Senior)),
            ("Student Researcher", Some(Seniority::Training)),
            ("Engineer", None),
            ("", None),
        ];
        for (title, level) in cases {
            assert_eq!(of_title(title), level, "{title}");
        }
    }
}
