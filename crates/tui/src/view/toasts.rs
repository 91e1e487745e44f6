//! Messages at the top right, the newest below.

use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};
use sluice_api::wording::state::Hue;

use super::canvas::Canvas;
use crate::layout::Hit;
use crate::state::State;
use crate::text::{cut, wrap};
use crate::toast::{Level, Opens, Toast};

const COLUMNS: u16 = 46;
const LARGE_COLUMNS: u16 = 58;
const MOST_LINES: usize = 3;

/// The newest is seen whatever the room, since it is the one that keys mean; older ones stand above it as far as they fit.
pub fn draw(state: &State, main: Rect, canvas: &mut Canvas) {
    let mut room = main.height;
    let mut placed = Vec::new();
    for toast in state.toasts.shown().iter().rev() {
        let Some((text, hint, size)) = fitted(state, toast, main.width, room, placed.is_empty()) else { break };
        room -= size.height;
        placed.push((toast, text, hint, size));
    }
    let mut y = main.y;
    for (toast, text, hint, size) in placed.into_iter().rev() {
        let area = Rect { x: main.right().saturating_sub(size.width + 1), y, width: size.width, height: size.height };
        one(state, toast, &text, hint, area, canvas);
        y += size.height;
    }
}

/// What is said of a message in so much room; the newest says less where the whole does not fit.
fn fitted(state: &State, toast: &Toast, width: u16, room: u16, is_newest: bool) -> Option<(Vec<String>, Option<&'static str>, Size)> {
    let columns = if toast.is_large { LARGE_COLUMNS } else { COLUMNS }.min(width.saturating_sub(2));
    let mut text = if toast.text.is_empty() { Vec::new() } else { wrap(&toast.text, usize::from(columns.saturating_sub(4))) };
    shorten(&mut text, MOST_LINES, columns);
    let hint = if is_newest { hint(toast, state) } else { None };
    let around = 2 + u16::from(toast.is_large) * 2 + u16::from(hint.is_some());
    let most = usize::from(room.checked_sub(around)?);
    if text.len() > most {
        if !is_newest {
            return None;
        }
        shorten(&mut text, most, columns);
    }
    let height = around + u16::try_from(text.len()).unwrap_or(0);
    Some((text, hint, Size { width: columns, height }))
}

/// Leaves so many lines, the last of which says that there is more.
fn shorten(lines: &mut Vec<String>, most: usize, columns: u16) {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", cut(last, usize::from(columns.saturating_sub(5))));
        }
    }
}

/// What works now: while somebody types, or a dialog asks something, letters are no commands.
fn hint(toast: &Toast, state: &State) -> Option<&'static str> {
    match (state.is_typing(), toast.opens != Opens::Nothing) {
        (true, true) => Some("Alt-O open  Alt-D dismiss  Alt-Z later"),
        (false, true) => Some("O open  D dismiss  Z later"),
        (_, false) if toast.level == Level::Info => None,
        (true, false) => Some("Alt-D dismiss  Alt-Z later"),
        (false, false) => Some("D dismiss  Z later"),
    }
}

fn one(state: &State, toast: &Toast, text: &[String], hint: Option<&str>, area: Rect, canvas: &mut Canvas) {
    let (sign, hue) = match toast.level {
        Level::Info => ('●', Hue::Green),
        Level::Warning => ('◷', Hue::Amber),
        Level::Error => ('×', Hue::Red),
    };
    let style = state.theme.hue(hue);
    Clear.render(area, canvas.buffer);
    canvas.hits.add(area, Hit::Toast(toast.id));
    let block = ratatui::widgets::Block::bordered().border_style(style);
    let inside = block.inner(area);
    block.render(area, canvas.buffer);
    let title = cut(&toast.title, usize::from(inside.width).saturating_sub(5));
    canvas.buffer.set_string(area.x + 1, area.y, format!(" {sign} {title} "), style.patch(state.theme.strong()));
    let close_x = area.right().saturating_sub(3);
    canvas.button(area, 0, close_x, "×", Style::new(), Hit::ToastClose(toast.id));
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let air = u16::from(toast.is_large);
    for (at, line) in text.iter().enumerate() {
        let style = if toast.is_large { state.theme.strong() } else { Style::new() };
        canvas.text(inside, air + u16::try_from(at).unwrap_or(0), line, style);
    }
    if let Some(hint) = hint {
        canvas.text(inside, inside.height.saturating_sub(1), hint, state.theme.quiet());
    }
}
