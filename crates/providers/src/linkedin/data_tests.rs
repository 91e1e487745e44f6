//! The data that pages carry, in the loose forms in which it comes.

use serde_json::{Value, json};

use super::{embedded, json_ld};
use crate::posting::{EmploymentType, PayPeriod, PostingRecord, PostingSeniority, Salary, Shown, Workplace};

fn embedded_posting(object: &Value) -> PostingRecord {
    let read = embedded::postings(&[json!({ "included": [object] }).to_string()]);
    assert_eq!(read.records.len(), 1, "{object}");
    read.records.into_iter().next().unwrap()
}

fn structured(object: Value) -> PostingRecord {
    json_ld::posting(&[object.to_string()]).unwrap_or_else(|| panic!("{object}")).record
}

#[test]
fn immunity_17_a_members_data_is_read_however_loosely_it_is_typed() {
    let object = json!({
        "$type": "com.linkedin.voyager.jobs.JobPosting",
        "entityUrn": "",
        "jobPostingId": 3912345301_u64,
        "title": ["", " Nurse "],
        "formattedLocation": "Ghent, Belgium (Hybrid)",
        "workRemoteAllowed": "false",
        "listedAt": "1793700000000",
        "applies": "41",
        "description": "Care for people.",
        "formattedEmploymentStatus": "Part-time",
        "employmentStatus": { "unexpected": true },
        "formattedExperienceLevel": "",
        "experienceLevel": "ENTRY_LEVEL",
        "formattedIndustries": "Hospitals and Health Care",
        "formattedJobFunctions": [null, "Health Care Provider", "", 7],
        "jobState": null,
        "salaryInsights": { "compensationBreakdown": { "minSalary": "3000", "maxSalary": 3500.5, "currencyCode": "eur", "payPeriod": "MONTHLY" } },
        "companyDetails": { "company": "urn:li:fs_normalized_company:3000018", "companyName": "Heron Light" },
        "applyMethod": [],
    });
    let salary = Salary {
        min_hundredths: Some(300_000),
        max_hundredths: Some(350_050),
        currency: Some("EUR".into()),
        period: Some(PayPeriod::Month),
    };
    let read = embedded_posting(&object);
    let expected = PostingRecord {
        title: Some("Nurse".into()),
        company: Some("Heron Light".into()),
        company_id: Some("3000018".into()),
        location: Some("Ghent, Belgium".into()),
        country: read.country.clone(),
        posted_at: Some("2026-11-03T10:00:00Z".parse().unwrap()),
        workplace: Some(Workplace::Hybrid),
        employment_type: Some(EmploymentType::PartTime),
        seniority: Some(PostingSeniority::Entry),
        functions: vec!["Health Care Provider".into(), "7".into()],
        industries: vec!["Hospitals and Health Care".into()],
        salary: Some(salary),
        description: read.description.clone(),
        applicants: Some(41),
        raw: object.clone(),
        ..PostingRecord::new(0, "3912345301", Shown::MemberPage)
    };
    assert_eq!(read, expected, "and the answer is kept as it came");
    assert!(read.country.is_some());
    assert_eq!(read.description.map(|words| words.text).as_deref(), Some("Care for people."));
}

#[test]
fn immunity_17_empty_and_odd_fields_of_a_members_data_are_absent() {
    let object = json!({
        "$type": "com.linkedin.voyager.jobs.JobPosting", "entityUrn": "urn:li:fsd_jobPosting:3912345302", "title": "Nurse",
        "formattedLocation": "", "listedAt": "last Tuesday", "applies": "", "description": { "text": "" }, "formattedIndustries": "",
        "formattedJobFunctions": {}, "salaryInsights": "", "companyDetails": "", "companyName": "", "applyMethod": "", "jobState": "",
        "workRemoteAllowed": "", "formattedEmploymentStatus": null, "formattedExperienceLevel": [],
    });
    let expected =
        PostingRecord { title: Some("Nurse".into()), raw: object.clone(), ..PostingRecord::new(0, "3912345302", Shown::MemberPage) };
    assert_eq!(embedded_posting(&object), expected);
}

#[test]
fn immunity_17_json_ld_is_read_however_loosely_it_is_typed() {
    let object = json!({
        "@type": "JobPosting",
        "url": "https://be.linkedin.com/jobs/view/nurse-at-heron-light-3912345303",
        "title": "Nurse",
        "datePosted": "2026-11-02",
        "employmentType": ["PART_TIME"],
        "industry": "",
        "description": "",
        "directApply": "true",
        "hiringOrganization": [{ "name": "Heron Light", "sameAs": "", "logo": null }],
        "jobLocation": [{ "address": [{ "addressLocality": "Ghent", "addressRegion": "", "addressCountry": { "name": "Belgium" } }] }],
        "jobLocationType": null,
        "baseSalary": [{ "currency": "EUR", "value": { "value": "3200.50", "minValue": "", "unitText": "MONTH" } }],
    });
    let salary = Salary {
        min_hundredths: Some(320_050),
        max_hundredths: Some(320_050),
        currency: Some("EUR".into()),
        period: Some(PayPeriod::Month),
    };
    let read = structured(object.clone());
    let expected = PostingRecord {
        title: Some("Nurse".into()),
        company: Some("Heron Light".into()),
        location: Some("Ghent, Belgium".into()),
        country: read.country.clone(),
        posted_on: Some("2026-11-02".parse().unwrap()),
        employment_type: Some(EmploymentType::PartTime),
        salary: Some(salary),
        easy_apply: Some(true),
        raw: json!({ "json_ld": object }),
        ..PostingRecord::new(0, "3912345303", Shown::GuestPage)
    };
    assert_eq!(read, expected);
    assert!(read.country.is_some());
}

#[test]
fn immunity_17_empty_and_odd_fields_of_json_ld_are_absent() {
    let object = json!({
        "@type": "JobPosting", "url": "", "title": "Nurse", "datePosted": "yesterday", "employmentType": {}, "industry": [], "description": null,
        "directApply": "", "hiringOrganization": "", "jobLocation": "Ghent", "baseSalary": "3200", "identifier": "",
    });
    let expected = PostingRecord {
        title: Some("Nurse".into()),
        raw: json!({ "json_ld": object.clone() }),
        ..PostingRecord::new(0, "", Shown::GuestPage)
    };
    assert_eq!(structured(object), expected);
}
