//! One posting whole: what it says, and what one noted about it.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use sluice_api::wording::day;
use sluice_api::wording::numbers::{clock, thousands};
use sluice_api::wording::posting as words;
use sluice_api::{Posting, PostingWhole};

use super::canvas::Canvas;
use super::postings::{counted, inset};
use crate::layout::Hit;
use crate::state::{Pane, State};
use crate::text::{clean, wrap};

pub fn draw(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    canvas.hits.add(area, Hit::Pane(Pane::Side));
    let detail = &state.postings.detail;
    let whole = detail.whole.as_deref();
    let held = state.postings.list.chosen().filter(|posting| Some(&posting.id) == detail.id.as_ref());
    let Some(posting) = whole.map(|whole| &whole.posting).or(held) else {
        let inside = canvas.panel(area, "Posting", is_focused);
        if let Some(trouble) = &detail.trouble {
            super::postings::trouble(state, trouble, inside, canvas);
        } else if let Some(counted) = counted(state) {
            canvas.text(inset(inside), 1, &counted, state.theme.quiet());
        }
        return;
    };
    let inside = inset(canvas.panel(area, posting.company_name.as_deref().unwrap_or("Posting"), is_focused));
    let mut text = Text { state, columns: inside.width.into(), lines: Vec::new() };
    text.posting(posting);
    match whole {
        Some(whole) => text.rest(whole),
        None if detail.trouble.is_some() => text.paragraph("The rest could not be read. u tries again.", state.theme.quiet()),
        None => text.paragraph("loading", state.theme.quiet()),
    }
    let lines = text.lines;
    let most = canvas.lines(inside, &lines, detail.scroll);
    canvas.hits.ends.side = Some(most);
    if most > 0 {
        let at = detail.scroll.min(most);
        canvas.foot(area, &format!("{}%", u32::from(at) * 100 / u32::from(most)));
    }
}

struct Text<'a> {
    state: &'a State,
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Text<'_> {
    fn paragraph(&mut self, text: &str, style: Style) {
        for line in wrap(text, self.columns) {
            self.lines.push(Line::styled(line, style));
        }
    }

    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    fn heading(&mut self, word: &str) {
        self.gap();
        self.lines.push(Line::styled(word.to_owned(), self.state.theme.accent()));
    }

    fn day(&self, at: Timestamp) -> String {
        day::in_full(at, &self.state.zone)
    }

    fn posting(&mut self, posting: &Posting) {
        let theme = self.state.theme;
        self.paragraph(&words::title(posting), theme.strong());
        let mut at: Vec<String> = [posting.company_name.clone(), posting.location.clone()].into_iter().flatten().collect();
        at.extend(posting.workplace.map(|of| words::workplace(of).to_owned()));
        self.paragraph(&at.join(" · "), Style::new());
        self.gap();
        let status = words::status(posting.status);
        let mut spans = vec![Span::styled(format!("{} {}", status.sign, status.word), theme.hue(status.hue))];
        spans.extend(posting.status_at.map(|at| Span::styled(format!(" since {}", self.day(at)), theme.quiet())));
        if let Some(stars) = posting.stars {
            let (full, empty) = ("★".repeat(stars.into()), "☆".repeat(5_usize.saturating_sub(stars.into())));
            spans.push(Span::raw(format!("   {full}{empty}")));
        }
        if posting.hidden {
            spans.push(Span::styled("   hidden", theme.quiet()));
        }
        self.lines.push(Line::from(spans));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(posting.posted_at.map(|at| format!("Posted {} ({})", self.day(at), day::ago(at, self.state.now, &self.state.zone))));
        facts.extend(posting.applicants.map(|number| format!("{} or more applicants", thousands(number.into()))));
        facts.extend(posting.easy_apply.filter(|easy| *easy).map(|_| "Easy apply".to_owned()));
        facts.extend(posting.applied_at.map(|at| format!("Applied {}", self.day(at))));
        if !facts.is_empty() {
            self.paragraph(&facts.join(" · "), Style::new());
        }
        if let Some(closed_at) = posting.closed_at {
            self.paragraph(
                &format!("Closed: takes no more applications, seen {}.", self.day(closed_at)),
                theme.hue(sluice_api::wording::state::Hue::Orange),
            );
        }
        if let Some(pay) = posting.salary.as_ref().and_then(words::salary) {
            self.paragraph(&pay, Style::new());
        }
        let mut kinds: Vec<String> = Vec::new();
        kinds.extend(posting.employment_type.map(|of| words::employment_type(of).to_owned()).or(posting.employment_type_text.clone()));
        kinds.extend(posting.seniority.map(|of| words::seniority(of).to_owned()).or(posting.seniority_text.clone()));
        kinds.extend(posting.functions.iter().cloned());
        kinds.extend(posting.industries.iter().cloned());
        if !kinds.is_empty() {
            self.paragraph(&kinds.join(" · "), theme.quiet());
        }
        self.paragraph(&posting.url, theme.quiet());
        if let Some(apply) = &posting.apply_url {
            self.paragraph(&format!("Apply at {apply}"), theme.quiet());
        }
        if posting.repost_of.is_some() {
            self.paragraph("Repeats an older posting.", theme.quiet());
        }
        if let Some(notes) = &posting.notes {
            self.heading("Notes");
            self.paragraph(notes, Style::new());
        }
    }

    fn rest(&mut self, whole: &PostingWhole) {
        let theme = self.state.theme;
        if !whole.reminders.is_empty() {
            self.heading("Reminders");
            for reminder in &whole.reminders {
                let sign = if reminder.done_at.is_some() { '●' } else { '○' };
                let due = clock(reminder.due_at, self.state.now, &self.state.zone);
                let style = if reminder.done_at.is_some() { theme.quiet() } else { Style::new() };
                self.paragraph(&format!("{sign} {due} {}", reminder.note.clone().unwrap_or_default()), style);
            }
        }
        self.heading("Contacts");
        if whole.contacts.is_empty() {
            self.paragraph("None yet. C notes whom you deal with.", theme.quiet());
        } else {
            for contact in &whole.contacts {
                let parts = [Some(contact.name.clone()), contact.role.clone(), contact.email.clone(), contact.phone.clone()];
                self.paragraph(&parts.into_iter().flatten().collect::<Vec<_>>().join(" · "), Style::new());
                for said in [&contact.url, &contact.notes].into_iter().flatten() {
                    self.paragraph(&format!("  {said}"), theme.quiet());
                }
            }
            self.paragraph("C adds, changes and deletes them.", theme.quiet());
        }
        if let Some(description) = &whole.posting.description_text {
            self.heading("Description");
            self.paragraph(description, Style::new());
        } else if whole.posting.detailed_at.is_none() {
            self.gap();
            self.paragraph("Only the search's card is known. Import it to read the whole posting.", theme.quiet());
        }
        if let Some(company) = &whole.company {
            self.heading("Company");
            let postings = sluice_api::wording::numbers::count(company.postings, "posting", "postings");
            self.paragraph(&format!("{}, {postings} here. c lists them.", company.name), Style::new());
            if let Some(url) = &company.url {
                self.paragraph(url, theme.quiet());
            }
        }
        if !whole.reposts.is_empty() {
            self.heading("Reposts");
            for repost in &whole.reposts {
                let day = repost.posted_at.map(|at| self.day(at)).unwrap_or_default();
                self.paragraph(&format!("{} {day}", repost.title.clone().unwrap_or_else(|| repost.linkedin_id.clone())), Style::new());
            }
        }
        if !whole.history.is_empty() {
            self.heading("History");
            for entry in &whole.history {
                let at = clock(entry.at, self.state.now, &self.state.zone);
                self.paragraph(&format!("{at}  {}", clean(&entry.message)), theme.quiet());
            }
        }
    }
}
