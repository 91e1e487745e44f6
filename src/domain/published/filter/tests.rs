//! Every operator over every kind of column, with NULL, and whatever else people type.

use proptest::prelude::*;

use super::*;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// A job that failed after 40 of 100, without an end.
fn job() -> Row {
    let at = |text: &str| Cell::Time(Micros(text.parse::<jiff::Timestamp>().expect("a time").as_microsecond()));
    Row::new(
        Table::Jobs,
        vec![
            Cell::from(ID),
            Cell::from("01890a5d-ac96-774b-bcce-b302099a8058"),
            Cell::from("01890a5d-ac96-774b-bcce-b302099a8059"),
            Cell::from(serde_json::json!({"keywords": "CEO"})),
            Cell::from("linkedin"),
            Cell::from("classic"),
            Cell::from("failed"),
            Cell::from(40_i64),
            Cell::from(100_i64),
            at("2026-03-02T12:00:00Z"),
            Cell::Null,
            Cell::from(40_i64),
            Cell::from("Unipile API error: 401. Connect it again, \"soon\", please."),
            Cell::from(2_i64),
            at("2026-03-02T11:59:00Z"),
            at("2026-03-02T12:01:00Z"),
        ],
    )
}

#[test]
fn every_operator_sees_what_it_should() {
    let cases = [
        ("", true),
        ("   ", true),
        ("id=eq.01890a5d-ac96-774b-bcce-b302099a8057", true),
        ("id=eq.01890A5D-AC96-774B-BCCE-B302099A8057", true),
        ("id=neq.01890a5d-ac96-774b-bcce-b302099a8057", false),
        ("status=eq.failed", true),
        ("status=eq.Failed", false),
        ("status=not.eq.failed", false),
        ("status=not.eq.completed", true),
        ("status=neq.completed", true),
        ("progress_current=eq.40", true),
        ("progress_current=lt.41", true),
        ("progress_current=lt.40", false),
        ("progress_current=lte.40", true),
        ("progress_current=gt.9", true),
        ("progress_current=gte.41", false),
        ("progress_current=not.gte.41", true),
        ("status=gt.completed", true),
        ("created_at=lt.2026-03-02T12:00:00Z", true),
        ("created_at=gte.2026-03-02T12:59:00+01:00", true),
        ("created_at=gte.2026-03-02T12:59:00 01:00", true),
        ("created_at=gt.2026-03-02T12:59:00.000001+01:00", false),
        ("status=in.(completed,failed)", true),
        ("status=in.(\"completed\",\"failed\")", true),
        ("status=in.()", false),
        ("status=not.in.(completed,canceled)", true),
        ("progress_current=in.(1,40)", true),
        ("error_message=like.Unipile%", true),
        ("error_message=like.unipile%", false),
        ("error_message=ilike.unipile%", true),
        ("error_message=like.\"%again, \\\"soon\\\",%\"", true),
        ("error_message=not.like.%403%", true),
        ("error_message=match.error: 40[13]", true),
        ("error_message=match.^error", false),
        ("error_message=imatch.^unipile", true),
        ("completed_at=is.null", true),
        ("completed_at=not.is.null", false),
        ("completed_at=is.not_null", false),
        ("completed_at=is.unknown", true),
        ("search_criteria=is.null", false),
        ("search_criteria=not.is.null", true),
        ("status=is.true", false),
        ("status=not.is.false", true),
        ("status=isdistinct.completed", true),
        ("status=isdistinct.failed", false),
        ("status=not.isdistinct.failed", true),
        ("status=isdistinct.null", true),
        ("completed_at=isdistinct.null", false),
        ("completed_at=isdistinct.2026-03-02T12:00:00Z", true),
        // What NULL leaves open is not visible, whichever way it is asked.
        ("completed_at=eq.2026-03-02T12:00:00Z", false),
        ("completed_at=neq.2026-03-02T12:00:00Z", false),
        ("completed_at=not.eq.2026-03-02T12:00:00Z", false),
        ("completed_at=in.(2026-03-02T12:00:00Z)", false),
        ("completed_at=not.in.(2026-03-02T12:00:00Z)", false),
        ("completed_at=not.lt.2026-03-02T12:00:00Z", false),
        // A comma means AND.
        ("status=eq.failed,progress_current=gt.9", true),
        ("status=eq.failed,progress_current=gt.99", false),
        ("status=in.(failed,completed),progress_total=eq.100,completed_at=is.null", true),
    ];
    for (text, expected) in cases {
        let filter = Filter::parse(Table::Jobs, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.accepts(&job()), expected, "{text}");
    }
}

#[test]
fn a_filter_that_cannot_be_meant_is_refused_with_the_remedy() {
    let refused = |text: &str| Filter::parse(Table::Jobs, text).expect_err(text).to_string();
    let long = "a".repeat(LONGEST + 1);
    let many = format!("retry_count=in.({})", vec!["1"; MOST_VALUES + 1].join(","));
    let huge = format!("status=match.\"{}\"", "(a{1,50}){1,50}".repeat(20));
    let texts = [
        "nonsense",
        "secret=eq.1",
        "id=eq.7",
        "id=like.%a%",
        "status",
        "status=failed",
        "status=equals.failed",
        "progress_current=eq.many",
        "created_at=gt.yesterday",
        "status=in.failed",
        "status=eq.\"failed",
        "status=in.(\"a)",
        "status=like.a\\",
        "status=match.(",
        "status=is.failed",
        "search_criteria=eq.{}",
        "status=eq.failed,",
        many.as_str(),
        huge.as_str(),
        long.as_str(),
    ];
    insta::assert_snapshot!(texts.map(refused).join("\n"));
}

#[test]
fn an_equality_is_found_among_the_conditions() {
    let equality = |text: &str| Filter::parse(Table::Jobs, text).expect("a filter").equality(super::super::KEY).map(str::to_owned);
    assert_eq!(equality(&format!("status=eq.failed,id=eq.{ID}")), Some(ID.to_owned()));
    for other in ["", "status=eq.failed", &format!("id=not.eq.{ID}"), &format!("id=neq.{ID}"), &format!("id=in.({ID})")] {
        assert_eq!(equality(other), None, "{other}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _answer = Filter::parse(Table::Jobs, &text);
    }

    #[test]
    fn nothing_that_looks_like_a_filter_makes_it_panic(
        column in "id|status|progress_current|created_at|search_criteria|other",
        not in "(not\\.){0,2}",
        operator in "eq|neq|lt|lte|gt|gte|in|like|ilike|is|match|imatch|isdistinct|x",
        value in "[\\(\\)\",\\\\%_a-z0-9 .:+*\\[\\]-]{0,30}",
    ) {
        if let Ok(filter) = Filter::parse(Table::Jobs, &format!("{column}={not}{operator}.{value}")) {
            filter.accepts(&job());
        }
    }

    #[test]
    fn a_quoted_value_comes_back_as_it_was(value in "\\PC{0,40}") {
        let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        let filter = Filter::parse(Table::Jobs, &format!("status=eq.{quoted},retry_count=eq.2")).expect("a filter");
        prop_assert_eq!(filter.equality(6), Some(value.as_str()));
        prop_assert_eq!(filter.conditions.len(), 2);
    }

    #[test]
    fn a_negation_is_the_opposite_wherever_there_is_a_value(number in -50_i64..150, operator in "eq|neq|lt|lte|gt|gte") {
        let plain = Filter::parse(Table::Jobs, &format!("progress_current={operator}.{number}")).expect("a filter");
        let negated = Filter::parse(Table::Jobs, &format!("progress_current=not.{operator}.{number}")).expect("a filter");
        prop_assert_ne!(plain.accepts(&job()), negated.accepts(&job()));
    }
}
