//! Inputs with their labels; what is wrong stands below the input in words.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use sluice_api::wording::state::Hue;

use super::canvas::Canvas;
use crate::form::{Form, Input, Kind};
use crate::layout::Hit;
use crate::state::State;
use crate::text::{cut, fit, width, wrap};

const LABEL: usize = 14;

/// Lines that an input takes at its narrowest.
fn height(input: &Input, columns: usize, is_focused: bool) -> u16 {
    let value = match &input.kind {
        Kind::Several { options, chosen, at } => several(options, chosen, *at, columns).len(),
        Kind::Check(on) => checked(input, *on, columns).len() + if is_focused { explanation(input, columns).len() } else { 0 },
        _ => 1,
    };
    u16::try_from(value + usize::from(input.error.is_some())).unwrap_or(1)
}

/// `hit` is what a click on an input means. Returns how many inputs there are below those that fit.
pub fn draw(state: &State, form: &Form, area: Rect, hit: fn(usize) -> Hit, is_focused: bool, canvas: &mut Canvas) -> u64 {
    let columns = usize::from(area.width).saturating_sub(LABEL + 1);
    let focused = |index: usize| is_focused && index == form.focus;
    let heights: Vec<u16> = form.inputs.iter().enumerate().map(|(index, input)| height(input, columns, focused(index))).collect();
    // Scrolls so far that the focused input is seen whole.
    let mut first = 0;
    while heights[first..=form.focus.min(heights.len() - 1)].iter().sum::<u16>() > area.height && first < form.focus {
        first += 1;
    }
    let mut y = 0;
    for (index, input) in form.inputs.iter().enumerate().skip(first) {
        if y + heights[index] > area.height {
            return (form.inputs.len() - index) as u64;
        }
        let at = Rect { y: area.y + y, height: heights[index], ..area };
        canvas.hits.add(at, hit(index));
        one(state, input, at, focused(index), canvas);
        y += heights[index];
    }
    0
}

fn one(state: &State, input: &Input, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let theme = state.theme;
    let label = Span::styled(format!("{} ", fit(input.label, LABEL)), if is_focused { theme.accent() } else { theme.quiet() });
    let columns = usize::from(area.width).saturating_sub(LABEL + 1);
    let x = area.x + u16::try_from(LABEL + 1).unwrap_or(0);
    match &input.kind {
        Kind::Text(field) => {
            // The part around the cursor is seen.
            let before = width(field.before_cursor());
            let skip = before.saturating_sub(columns.saturating_sub(1));
            let shown: String = field.text().chars().skip(skip).collect();
            let value = if field.text().is_empty() && !is_focused {
                Span::styled(fit(if input.hint.is_empty() { "–" } else { input.hint }, columns), theme.quiet())
            } else {
                Span::styled(
                    fit(&shown, columns),
                    if is_focused { Style::new().add_modifier(ratatui::style::Modifier::UNDERLINED) } else { Style::new() },
                )
            };
            canvas.line(area, 0, &Line::from(vec![label, value]));
            if is_focused {
                canvas.cursor = Some(Position::new(x + u16::try_from(before - skip).unwrap_or(0), area.y));
            }
        }
        Kind::Choice { options, chosen } => {
            let word = options.get(*chosen).copied().unwrap_or_default();
            let value = if is_focused { format!("◂ {word} ▸") } else { word.to_owned() };
            let style = if *chosen == 0 && !is_focused { theme.quiet() } else { Style::new() };
            canvas.line(area, 0, &Line::from(vec![label, Span::styled(cut(&value, columns), style)]));
        }
        Kind::Check(on) => {
            let style = if is_focused { theme.selected() } else { Style::new() };
            let words = checked(input, *on, columns).into_iter().map(|line| Span::styled(line, style));
            let explanation = if is_focused { explanation(input, columns) } else { Vec::new() };
            let explained = explanation.into_iter().map(|line| Span::styled(line, theme.quiet()));
            for (row, value) in words.chain(explained).enumerate() {
                let before = if row == 0 { label.clone() } else { Span::raw(" ".repeat(LABEL + 1)) };
                canvas.line(area, u16::try_from(row).unwrap_or(u16::MAX), &Line::from(vec![before, value]));
            }
        }
        Kind::Several { options, chosen, at } => {
            for (row, words) in several(options, chosen, *at, columns).into_iter().enumerate() {
                let mut spans = vec![if row == 0 { label.clone() } else { Span::raw(" ".repeat(LABEL + 1)) }];
                for (text, is_on, is_at) in words {
                    let style = match (is_focused && is_at, is_on) {
                        (true, _) => theme.selected(),
                        (false, true) => theme.strong(),
                        (false, false) => theme.quiet(),
                    };
                    spans.push(Span::styled(text, style));
                    spans.push(Span::raw(" "));
                }
                canvas.line(area, u16::try_from(row).unwrap_or(u16::MAX), &Line::from(spans));
            }
        }
    }
    if let Some(error) = &input.error {
        let below = Rect { x, width: area.width.saturating_sub(u16::try_from(LABEL + 1).unwrap_or(0)), ..area };
        canvas.text(below, area.height.saturating_sub(1), error, theme.hue(Hue::Red));
    }
}

/// The box and what it says yes to.
fn checked(input: &Input, on: bool, columns: usize) -> Vec<String> {
    wrap(format!("{} {}", if on { "[x]" } else { "[ ]" }, input.caption).trim_end(), columns)
}

/// Seen while somebody is about to decide.
fn explanation(input: &Input, columns: usize) -> Vec<String> {
    if input.hint.is_empty() { Vec::new() } else { wrap(input.hint, columns) }
}

/// The options on as many lines as they need: words, whether chosen, whether the cursor is there.
fn several(options: &[&'static str], chosen: &[bool], at: usize, columns: usize) -> Vec<Vec<(String, bool, bool)>> {
    let mut lines: Vec<Vec<(String, bool, bool)>> = vec![Vec::new()];
    let mut taken = 0;
    for (index, option) in options.iter().enumerate() {
        let is_on = chosen.get(index).copied().unwrap_or(false);
        let text = format!("{}{option}", if is_on { "✓" } else { "" });
        let wide = width(option) + 2;
        if taken + wide > columns && taken > 0 {
            lines.push(Vec::new());
            taken = 0;
        }
        taken += wide;
        if let Some(line) = lines.last_mut() {
            line.push((text, is_on, index == at));
        }
    }
    lines
}
