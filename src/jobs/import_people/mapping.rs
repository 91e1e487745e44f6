//! What the columns of a file mean, guessed by their names.

use crate::domain::import::ImportField;
use crate::domain::text::fold;

/// Names of columns, folded, without what is no letter or digit; the best first. They are those of LinkedIn's own export of connections,
/// of the lists that tools around Sales Navigator write, of common address books, and of our own exports.
const NAMES: &[(ImportField, &[&str])] = &[
    (
        ImportField::ProfileUrl,
        &[
            "profileurl",
            "linkedinurl",
            "linkedinprofileurl",
            "linkedinprofile",
            "publicprofileurl",
            "linkedinpublicurl",
            "defaultprofileurl",
            "linkedin",
            "profilelink",
            "personlinkedinurl",
            "contactlinkedinurl",
            "memberurl",
            "salesnavigatorurl",
            "profile",
            "url",
            "profil",
            "link",
        ],
    ),
    (ImportField::PublicIdentifier, &["publicidentifier", "publicid", "linkedinid", "vanityname", "linkedinusername", "profileslug"]),
    (
        ImportField::Name,
        &["name", "fullname", "displayname", "contactname", "personname", "leadname", "prospectname", "nomcomplet", "nombrecompleto"],
    ),
    (ImportField::FirstName, &["firstname", "givenname", "vorname", "prenom", "forename", "nombre", "first"]),
    (ImportField::LastName, &["lastname", "surname", "familyname", "nachname", "nom", "apellido", "apellidos", "last"]),
    (ImportField::Headline, &["headline", "linkedinheadline", "tagline", "profileheadline"]),
    (
        ImportField::Title,
        &[
            "title",
            "jobtitle",
            "position",
            "currenttitle",
            "currentposition",
            "role",
            "currentjobtitle",
            "jobrole",
            "funktion",
            "poste",
            "cargo",
        ],
    ),
    (
        ImportField::Company,
        &[
            "company",
            "companyname",
            "currentcompany",
            "organization",
            "organisation",
            "organizationname",
            "employer",
            "accountname",
            "currentcompanyname",
            "firma",
            "unternehmen",
            "entreprise",
            "empresa",
            "account",
        ],
    ),
    (ImportField::Industry, &["industry", "companyindustry", "branche", "sector"]),
    (ImportField::Location, &["location", "geography", "personlocation", "geo", "city", "standort", "ort", "region", "lieu", "ubicacion"]),
    (ImportField::Country, &["country", "land", "pays", "pais"]),
    (ImportField::NetworkDistance, &["networkdistance", "connectiondegree", "degree", "connectionlevel"]),
    (ImportField::Summary, &["summary", "about", "bio", "description", "profilesummary"]),
];

/// The meaning of each column; a meaning goes to the column with the best name for it, and of two equal names to the first.
pub fn guess(columns: &[String]) -> Vec<Option<ImportField>> {
    let plain: Vec<String> = columns.iter().map(|name| bare(name)).collect();
    let mut guessed = vec![None; columns.len()];
    for (field, names) in NAMES {
        let best = names.iter().find_map(|name| (0..plain.len()).find(|place| guessed[*place].is_none() && plain[*place] == *name));
        if let Some(place) = best {
            guessed[place] = Some(*field);
        }
    }
    guessed
}

fn bare(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a mapping says who somebody is.
pub fn names_somebody(mapping: &[Option<ImportField>]) -> bool {
    use ImportField::{FirstName, LastName, Name, ProfileUrl, PublicIdentifier};
    mapping.iter().flatten().any(|field| matches!(field, Name | FirstName | LastName | ProfileUrl | PublicIdentifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(columns: &[&str]) -> String {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let words = guess(&columns).into_iter().map(|field| field.map_or("-", ImportField::as_str));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_usual_files_need_no_mapping_by_hand() {
        for (columns, expected) in [
            // LinkedIn's own export of connections.
            (
                &["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"][..],
                "first_name last_name profile_url - company title -",
            ),
            // Tools around Sales Navigator.
            (
                &[
                    "profileUrl",
                    "fullName",
                    "firstName",
                    "lastName",
                    "companyName",
                    "title",
                    "companyId",
                    "location",
                    "linkedInProfileUrl",
                    "connectionDegree",
                ],
                "profile_url name first_name last_name company title - location - network_distance",
            ),
            // Our own export.
            (
                &[
                    "name",
                    "first_name",
                    "last_name",
                    "headline",
                    "title",
                    "company",
                    "industry",
                    "location",
                    "country",
                    "profile_url",
                    "public_identifier",
                    "network_distance",
                    "premium",
                ],
                "name first_name last_name headline title company industry location country profile_url public_identifier network_distance -",
            ),
            (
                &["Vorname", "Nachname", "Firma", "Position", "LinkedIn-Profil", "LinkedIn"],
                "first_name last_name company title - profile_url",
            ),
            (&["Company", "Company", "Name"], "company - name"),
            (&["a", "b"], "- -"),
        ] {
            assert_eq!(guessed(columns), expected, "{columns:?}");
        }
    }

    #[test]
    fn every_field_is_guessed_by_its_own_name() {
        for field in ImportField::ALL {
            assert_eq!(guessed(&[field.as_str()]), field.as_str());
        }
        assert_eq!(NAMES.len(), ImportField::ALL.len());
    }
}
