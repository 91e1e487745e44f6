//! Small charts: where each mark stands is worked out here, and `templates/parts/charts.html` draws it as SVG.
//!
//! Marks stand at percentages of the width and at pixels of the height, so that a chart fills its place while its letters keep their
//! size. Every chart has one hue, labels beside its marks, and a sentence that says what it shows.

use sluice_api::wording::numbers::thousands;

/// Height of a chart of columns, in pixels: the columns stand between the labels above and below them.
const HEIGHT: f64 = 128.0;
const TOP: f64 = 18.0;
const FLOOR: f64 = 106.0;
/// So many labels fit beside each other on a phone.
const LABELS: usize = 6;
/// Up to so many columns each carry their number; above, the highest alone does.
const NUMBERED: usize = 8;
/// Few columns stay slim, in percent of the width.
const WIDEST: f64 = 9.0;

/// One column to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it stands for, in a few letters: "14:05", "Mon".
    pub label: String,
    pub value: u64,
}

/// A chart of columns, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnChart {
    /// Unique on its page.
    pub id: &'static str,
    pub title: String,
    /// What the chart shows, as one sentence: for everybody, and all that some will hear.
    pub summary: String,
    pub marks: Vec<Mark>,
    pub limit: Option<Limit>,
    pub height: f64,
    pub floor: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Percent of the width.
    pub x: f64,
    pub width: f64,
    /// Pixels from the top.
    pub y: f64,
    pub height: f64,
    /// What a pointer over the column reads.
    pub told: String,
    /// The number above it, where there is room.
    pub number: Option<String>,
    /// The label below it, where there is room.
    pub label: Option<String>,
    pub middle: f64,
    /// How the label lies to its place, so that none is cut at an edge: `start`, `middle` or `end`.
    pub anchor: &'static str,
    pub label_x: f64,
}

/// A line that the columns should stay below.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub y: f64,
    pub label: String,
}

/// Columns from left to right, and a line at `limit` with its label, if there is one. Values are counts.
pub fn columns(
    id: &'static str,
    title: impl Into<String>,
    summary: impl Into<String>,
    columns: &[Column],
    limit: Option<(u64, &str)>,
) -> ColumnChart {
    let highest = columns.iter().map(|column| column.value).max().unwrap_or(0);
    let scale = highest.max(limit.map_or(0, |(value, _)| value)).max(1) as f64;
    let y_of = |value: u64| tenths(FLOOR - (FLOOR - TOP) * value as f64 / scale);
    let slot = 100.0 / columns.len().max(1) as f64;
    let width = (slot * 0.78).min(WIDEST);
    let every = columns.len().div_ceil(LABELS).max(1);
    let peak = columns.iter().position(|column| column.value == highest);
    let marks = columns.iter().enumerate().map(|(index, column)| {
        let middle = slot * (index as f64 + 0.5);
        let (anchor, label_x) = match middle {
            ..6.0 if columns.len() > LABELS => ("start", middle - width / 2.0),
            94.0.. if columns.len() > LABELS => ("end", middle + width / 2.0),
            _ => ("middle", middle),
        };
        let numbered = column.value > 0 && (columns.len() <= NUMBERED || Some(index) == peak);
        Mark {
            x: tenths(middle - width / 2.0),
            width: tenths(width),
            y: y_of(column.value),
            height: tenths(FLOOR - y_of(column.value)),
            told: format!("{}: {}", column.label, thousands(column.value)),
            number: numbered.then(|| thousands(column.value)),
            label: index.is_multiple_of(every).then(|| column.label.clone()),
            middle: tenths(middle),
            anchor,
            label_x: tenths(label_x),
        }
    });
    ColumnChart {
        id,
        title: title.into(),
        summary: summary.into(),
        marks: marks.collect(),
        limit: limit.map(|(value, label)| Limit { y: y_of(value), label: label.to_owned() }),
        height: HEIGHT,
        floor: FLOOR,
    }
}

/// The most frequent of something, each with a bar: a table, so that it is its own alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub id: &'static str,
    pub title: String,
    pub lines: Vec<RankingLine>,
    /// "and 214 more".
    pub more: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RankingLine {
    pub label: String,
    /// Where the rows behind it are listed; empty for nowhere.
    pub href: String,
    pub number: String,
    /// Percent of the most frequent one.
    pub width: f64,
}

/// What is listed first has the longest bar; `kinds` is how many different ones there are in all.
pub fn ranking(id: &'static str, title: impl Into<String>, lines: &[(String, String, u64)], kinds: u64) -> Ranking {
    let most = lines.iter().map(|(_, _, number)| *number).max().unwrap_or(0).max(1) as f64;
    let more = kinds.saturating_sub(lines.len() as u64);
    Ranking {
        id,
        title: title.into(),
        lines: lines
            .iter()
            .map(|(label, href, number)| RankingLine {
                label: label.clone(),
                href: href.clone(),
                number: thousands(*number),
                width: tenths(*number as f64 * 100.0 / most),
            })
            .collect(),
        more: (more > 0).then(|| format!("and {} more", thousands(more))),
    }
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = "{% import \"parts/charts.html\" as charts %}{% call charts::columns(chart) %}{% endcall %}{% call charts::ranking(top) %}{% endcall %}"
    )]
    struct Drawn {
        chart: ColumnChart,
        top: Ranking,
    }

    #[test]
    fn a_drawn_chart_has_a_title_a_sentence_and_no_style() {
        let chart = columns("budget", "Rows by day", "1,000 rows on d1 at most.", &days(&[0, 1_000]), Some((2_000, "2,000 a day")));
        let line = ("<b>Acme</b>".to_owned(), "/searches/1?company=%3Cb%3E".to_owned(), 3);
        let html = Drawn { chart, top: ranking("companies", "Companies", &[line], 1) }.render().expect("it renders");
        for expected in [
            r#"aria-labelledby="budget-title budget-desc""#,
            r#"<title id="budget-title">Rows by day</title>"#,
            r#"<desc id="budget-desc">1,000 rows on d1 at most.</desc>"#,
            r#"<rect class="column" x="70.5%" width="9%" y="62" height="44" rx="1.5"/>"#,
            r#"<text class="value" x="75%" y="57" text-anchor="middle">1,000</text>"#,
            "&#60;b&#62;Acme&#60;/b&#62;",
        ] {
            assert!(html.contains(expected), "{expected} is not in {html}");
        }
        assert!(!html.contains("style=") && !html.contains("<b>"), "{html}");
    }

    fn days(values: &[u64]) -> Vec<Column> {
        values.iter().enumerate().map(|(day, value)| Column { label: format!("d{day}"), value: *value }).collect()
    }

    #[test]
    fn columns_stand_on_the_floor_and_reach_as_high_as_their_share() {
        let chart = columns("budget", "Budget", "", &days(&[0, 500, 1_000]), Some((2_000, "2,000 a day")));
        let heights: Vec<f64> = chart.marks.iter().map(|mark| mark.height).collect();
        assert_eq!(heights, [0.0, 22.0, 44.0]);
        assert!(chart.marks.iter().all(|mark| tenths(mark.y + mark.height) == FLOOR));
        assert_eq!(chart.limit, Some(Limit { y: TOP, label: "2,000 a day".into() }));
        assert_eq!(chart.marks.iter().map(|mark| mark.number.as_deref()).collect::<Vec<_>>(), [None, Some("500"), Some("1,000")]);
        assert_eq!(chart.marks[1].told, "d1: 500");
    }

    #[test]
    fn many_columns_share_few_labels_and_stay_within_the_width() {
        let chart = columns("rate", "Rate", "", &days(&[7; 40]), None);
        assert_eq!(chart.marks.iter().filter(|mark| mark.label.is_some()).count(), 6);
        assert_eq!(chart.marks.iter().filter(|mark| mark.number.is_some()).count(), 1);
        assert!(chart.marks.iter().all(|mark| mark.x >= 0.0 && mark.x + mark.width <= 100.0));
        assert_eq!((chart.marks[0].anchor, chart.marks[20].anchor, chart.marks[39].anchor), ("start", "middle", "end"));
    }

    #[test]
    fn a_chart_of_nothing_is_flat() {
        let chart = columns("rate", "Rate", "", &days(&[0, 0]), None);
        assert!(chart.marks.iter().all(|mark| mark.height == 0.0 && mark.number.is_none()));
        assert_eq!(columns("rate", "Rate", "", &[], None).marks, []);
    }

    #[test]
    fn a_ranking_counts_what_it_leaves_out() {
        let line = |label: &str, number| (label.to_owned(), String::new(), number);
        let shown = ranking("companies", "Companies", &[line("Acme", 40), line("Bolt", 10)], 216);
        assert_eq!(shown.more.as_deref(), Some("and 214 more"));
        assert_eq!(shown.lines.iter().map(|line| line.width).collect::<Vec<_>>(), [100.0, 25.0]);
        assert_eq!(ranking("companies", "Companies", &[line("Acme", 40)], 1).more, None);
    }
}
