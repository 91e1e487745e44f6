//! A row of a file as a person, or what is wrong with it.

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};
use sluice_providers::{Api, NetworkDistance, ProfileAddress, profile_address};

use super::records::{Record, Unreadable};
use crate::domain::import::{ImportField, RowFault};
use crate::domain::person::{Identity, PUBLIC, PersonKey};
use crate::domain::review::ItemFields;
use crate::domain::text::fold;

/// Characters of one value; a summary may have more.
const LONGEST: usize = 1_000;
const LONGEST_SUMMARY: usize = 10_000;
/// Of a value that is shown with its fault.
const SHOWN: usize = 200;

/// Somebody from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub row: i64,
    pub fields: ItemFields,
    /// In the words of the providers' records, with the whole row as `raw`.
    pub record: Json,
    /// Ids by which others may know the person; none when the file has only a name.
    pub identity: Option<Identity>,
}

impl Person {
    /// Of what the file says, by which a row without ids is known again.
    pub fn digest(&self) -> String {
        let fields = &self.fields;
        let told = [&fields.name, &fields.headline, &fields.title, &fields.company, &fields.location];
        let text: Vec<String> = told.into_iter().map(|field| fold(field.as_deref().unwrap_or_default())).collect();
        hex::encode(Sha256::digest(text.join("\n").as_bytes()))
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    Person(Box<Person>),
    Blank,
    Refused(Vec<RowFault>),
}

pub fn judge(record: &Record, columns: &[String], mapping: &[Option<ImportField>]) -> Judged {
    let cells = match &record.cells {
        Ok(cells) => cells,
        Err(Unreadable::OpenQuote) => {
            let message = "A quote is opened in this row and not closed where it should be. Close it, or double it inside a cell.";
            return Judged::Refused(vec![fault(record.row, "", "", message)]);
        }
    };
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Judged::Blank;
    }
    if let Some(extra) = cells.iter().skip(columns.len()).find(|cell| !cell.trim().is_empty()) {
        let message = format!(
            "The row has {} cells and the header {}. A comma or line break inside a cell needs quotes around the cell.",
            cells.len(),
            columns.len()
        );
        return Judged::Refused(vec![fault(record.row, "", extra, &message)]);
    }
    let mut reading = Reading { row: record.row, columns, mapping, cells, faults: Vec::new() };
    let person = reading.person();
    match person {
        Some(person) if reading.faults.is_empty() => Judged::Person(Box::new(person)),
        _ => Judged::Refused(reading.faults),
    }
}

struct Reading<'r> {
    row: i64,
    columns: &'r [String],
    mapping: &'r [Option<ImportField>],
    cells: &'r [String],
    faults: Vec<RowFault>,
}

impl Reading<'_> {
    fn person(&mut self) -> Option<Person> {
        for (column, cell) in self.columns.iter().zip(self.cells) {
            if cell.contains('\0') {
                self.faults.push(fault(self.row, column, cell, "The cell holds a NUL character, which is no text. Take it out."));
            }
        }
        let address = self.address();
        let (first, last) = (self.text(ImportField::FirstName), self.text(ImportField::LastName));
        let name = self.text(ImportField::Name).or_else(|| match (&first, &last) {
            (None, None) => None,
            (first, last) => Some([first.as_deref(), last.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        });
        let distance = self.distance();
        if name.is_none() && address.is_none() && self.faults.is_empty() {
            self.faults.push(fault(self.row, "", "", "The row has neither a name nor the address of a profile. Give one of them."));
        }
        let fields = ItemFields {
            name: name.clone(),
            headline: self.text(ImportField::Headline),
            title: self.text(ImportField::Title),
            company: self.text(ImportField::Company),
            location: self.text(ImportField::Location),
            industry: self.text(ImportField::Industry),
            network_distance: distance.map(|distance| word(distance).to_owned()),
            profile_url: address.as_ref().map(ProfileAddress::url),
        };
        let identity = address.as_ref().map(|address| identity(address, name));
        let public = match &address {
            Some(ProfileAddress::Public(name)) => Some(name.clone()),
            _ => None,
        };
        let record = self.record(&fields, first, last, public);
        self.faults.is_empty().then_some(Person { row: self.row, fields, record, identity })
    }

    /// From the column of addresses, else from that of names in addresses.
    fn address(&mut self) -> Option<ProfileAddress> {
        if let Some((column, cell)) = self.cell(ImportField::ProfileUrl) {
            let address = ProfileAddress::read(&cell);
            if address.is_none() {
                let message = "This is no LinkedIn profile. Use an address like https://www.linkedin.com/in/NAME, or leave the cell empty.";
                self.faults.push(fault(self.row, &column, &cell, message));
            }
            return address;
        }
        let (column, cell) = self.cell(ImportField::PublicIdentifier)?;
        let address = match cell.contains('/') {
            true => ProfileAddress::read(&cell),
            false => profile_address::api_id(&cell).map(|(api, id)| ProfileAddress::OfApi(api, id)).or_else(|| {
                profile_address::vanity_name(&cell).filter(|name| !name.contains(char::is_whitespace)).map(ProfileAddress::Public)
            }),
        };
        if address.is_none() {
            let message = "This is no name of a LinkedIn profile. Use the last part of its address, or leave the cell empty.";
            self.faults.push(fault(self.row, &column, &cell, message));
        }
        address
    }

    fn distance(&mut self) -> Option<NetworkDistance> {
        let (column, cell) = self.cell(ImportField::NetworkDistance)?;
        let digit = cell.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
        let found = match digit.as_str() {
            "1" | "1st" | "first" => Some(NetworkDistance::First),
            "2" | "2nd" | "second" => Some(NetworkDistance::Second),
            "3" | "3rd" | "3rd+" | "third" => Some(NetworkDistance::Third),
            "out of network" | "out_of_network" => Some(NetworkDistance::OutOfNetwork),
            _ => None,
        };
        if found.is_none() {
            self.faults.push(fault(
                self.row,
                &column,
                &cell,
                "The degree of connection is 1, 2 or 3. Correct it, or leave the cell empty.",
            ));
        }
        found
    }

    /// The text of the field's column, if it has any and is not too long.
    fn text(&mut self, field: ImportField) -> Option<String> {
        let (column, cell) = self.cell(field)?;
        let longest = if field == ImportField::Summary { LONGEST_SUMMARY } else { LONGEST };
        let length = cell.chars().count();
        if length > longest {
            let message = format!("The text has {length} characters; {longest} are the most here. Shorten it.");
            self.faults.push(fault(self.row, &column, &cell, &message));
            return None;
        }
        Some(cell)
    }

    /// The column that means `field`, and what stands in it, unless that is nothing.
    fn cell(&self, field: ImportField) -> Option<(String, String)> {
        let place = self.mapping.iter().position(|mapped| *mapped == Some(field))?;
        let cell = self.cells.get(place)?.trim();
        // What our own exports put in front of a formula is taken off again.
        let cell = match cell.strip_prefix('\'') {
            Some(rest) if sluice_api::spreadsheet::neutral(rest) != rest => rest.trim(),
            _ => cell,
        };
        (!cell.is_empty()).then(|| (self.columns[place].clone(), cell.to_owned()))
    }

    fn record(&mut self, fields: &ItemFields, first: Option<String>, last: Option<String>, public: Option<String>) -> Json {
        let mut record = Map::new();
        for (name, value) in [
            ("name", fields.name.clone()),
            ("first_name", first),
            ("last_name", last),
            ("headline", fields.headline.clone()),
            ("title", fields.title.clone()),
            ("company", fields.company.clone()),
            ("industry", fields.industry.clone()),
            ("location", fields.location.clone()),
            ("country", self.text(ImportField::Country)),
            ("summary", self.text(ImportField::Summary)),
            ("public_identifier", public),
            ("profile_url", fields.profile_url.clone()),
            ("network_distance", fields.network_distance.clone()),
        ] {
            record.insert(name.to_owned(), value.map_or(Json::Null, Json::from));
        }
        let raw: Map<String, Json> = self
            .columns
            .iter()
            .zip(self.cells)
            .filter(|(_, cell)| !cell.trim().is_empty())
            .map(|(column, cell)| (column.clone(), Json::from(cell.trim())))
            .collect();
        record.insert("raw".to_owned(), Json::Object(raw));
        Json::Object(record)
    }
}

fn identity(address: &ProfileAddress, name: Option<String>) -> Identity {
    let key = match address {
        ProfileAddress::Public(public) => PersonKey { scheme: PUBLIC, value: public.to_lowercase() },
        ProfileAddress::OfApi(api, id) => PersonKey { scheme: Api::as_str(*api), value: id.clone() },
    };
    Identity { member_urn: None, keys: vec![key], name }
}

/// As the providers' records write it.
fn word(distance: NetworkDistance) -> &'static str {
    match distance {
        NetworkDistance::Own => "own",
        NetworkDistance::First => "first",
        NetworkDistance::Second => "second",
        NetworkDistance::Third => "third",
        NetworkDistance::OutOfNetwork => "out_of_network",
    }
}

fn fault(row: i64, column: &str, value: &str, message: &str) -> RowFault {
    let value: String = value.replace('\0', "␀").trim().chars().take(SHOWN).collect();
    RowFault { row, column: column.to_owned(), value, message: message.to_owned() }
}
