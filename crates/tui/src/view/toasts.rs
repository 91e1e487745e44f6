//! Messages at the top right, the newest below.

use ratatui::layout::Rect;
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

pub fn draw(state: &State, main: Rect, canvas: &mut Canvas) {
    let mut y = main.y;
    for toast in state.toasts.shown() {
        let columns = if toast.is_large { LARGE_COLUMNS } else { COLUMNS }.min(main.width.saturating_sub(2));
        let room = usize::from(columns.saturating_sub(4));
        let mut text = if toast.text.is_empty() { Vec::new() } else { wrap(&toast.text, room) };
        text.truncate(MOST_LINES);
        let newest = state.toasts.newest() == Some(toast.id);
        let hint = hint(toast, newest);
        let air = u16::from(toast.is_large);
        let height = 2 + air * 2 + u16::try_from(text.len()).unwrap_or(0) + u16::from(hint.is_some());
        if y + height > main.bottom() {
            return;
        }
        let area = Rect { x: main.right().saturating_sub(columns + 1), y, width: columns, height };
        one(state, toast, &text, hint, area, canvas);
        y += height;
    }
}

fn hint(toast: &Toast, newest: bool) -> Option<&'static str> {
    match (newest, toast.opens != Opens::Nothing) {
        (false, _) => None,
        (true, true) => Some("O open  D dismiss  Z later"),
        (true, false) if toast.level == Level::Info => None,
        (true, false) => Some("D dismiss  Z later"),
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
