//! What is drawn on: cells, where the cursor stands, and what a click would hit.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use crate::layout::{Hit, Hits};
use crate::text::{fit, width};
use crate::theme::Theme;

pub struct Canvas<'a> {
    pub buffer: &'a mut Buffer,
    pub theme: Theme,
    pub hits: Hits,
    pub cursor: Option<Position>,
}

impl Canvas<'_> {
    /// One line at a row of the area; what does not fit is cut.
    pub fn line(&mut self, area: Rect, row: u16, line: &Line) {
        if row < area.height {
            self.buffer.set_line(area.x, area.y + row, line, area.width);
        }
    }

    pub fn text(&mut self, area: Rect, row: u16, text: &str, style: Style) {
        self.line(area, row, &Line::from(Span::styled(crate::text::cut(text, area.width.into()), style)));
    }

    /// Lines from the first one that is seen on; returns how far one can scroll.
    pub fn lines(&mut self, area: Rect, lines: &[Line], scroll: u16) -> u16 {
        let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(area.height);
        let from = scroll.min(most);
        for (row, line) in lines.iter().skip(from.into()).take(area.height.into()).enumerate() {
            self.line(area, u16::try_from(row).unwrap_or(u16::MAX), line);
        }
        most
    }

    /// A border with a title; returns what is inside.
    pub fn panel(&mut self, area: Rect, title: &str, is_focused: bool) -> Rect {
        let style = if is_focused { self.theme.accent() } else { self.theme.quiet() };
        let room = usize::from(area.width.saturating_sub(4));
        let title =
            Span::styled(format!(" {} ", crate::text::cut(title, room)), if is_focused { self.theme.accent() } else { Style::new() });
        let block = Block::bordered().border_style(style).title(title);
        let inside = block.inner(area);
        block.render(area, self.buffer);
        inside
    }

    /// A line at the lower border, such as where one is in a list.
    pub fn foot(&mut self, area: Rect, text: &str) {
        let text = format!(" {} ", crate::text::cut(text, usize::from(area.width.saturating_sub(6))));
        let wide = u16::try_from(width(&text)).unwrap_or(u16::MAX);
        if area.height > 1 && wide > 2 && wide + 3 < area.width {
            let x = area.right() - 2 - wide;
            self.buffer.set_string(x, area.bottom() - 1, text, self.theme.quiet());
        }
    }

    /// An area on top of what was drawn before.
    pub fn on_top(&mut self, area: Rect, title: &str) -> Rect {
        Clear.render(area, self.buffer);
        self.hits.add(area, Hit::Dialog);
        self.panel(area, title, true)
    }

    /// Gives a whole row its style, such as the chosen one.
    pub fn style_row(&mut self, area: Rect, row: u16, style: Style) {
        if row < area.height {
            self.buffer.set_style(Rect { y: area.y + row, height: 1, ..area }, style);
        }
    }

    /// A word that can be clicked; returns where the next one may begin.
    pub fn button(&mut self, area: Rect, row: u16, x: u16, word: &str, style: Style, hit: Hit) -> u16 {
        let wide = u16::try_from(width(word)).unwrap_or(u16::MAX);
        if row >= area.height || x + wide > area.right() {
            return x;
        }
        self.buffer.set_string(x, area.y + row, word, style);
        self.hits.add(Rect { x, y: area.y + row, width: wide, height: 1 }, hit);
        x + wide
    }
}

/// Cells of a table row, a space between them.
pub fn row(cells: &[(String, usize, Style)]) -> Line<'static> {
    let mut spans = Vec::with_capacity(cells.len() * 2);
    for (text, columns, style) in cells {
        if *columns > 0 {
            spans.push(Span::styled(fit(text, *columns), *style));
            spans.push(Span::raw(" "));
        }
    }
    Line::from(spans)
}

/// "━━━━╸─────"
pub fn bar(columns: usize, percentage: u8) -> (String, String) {
    let halves = columns * 2 * usize::from(percentage.min(100)) / 100;
    let mut done = "━".repeat(halves / 2);
    if halves % 2 == 1 {
        done.push('╸');
    }
    let left = "─".repeat(columns - halves.div_ceil(2));
    (done, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_has_its_length_at_any_percentage() {
        for percentage in 0..=120 {
            let (done, left) = bar(10, percentage);
            assert_eq!(width(&done) + width(&left), 10, "{percentage}");
        }
        assert_eq!(bar(10, 45), ("━━━━╸".to_owned(), "─────".to_owned()));
        assert_eq!(bar(10, 100), ("━━━━━━━━━━".to_owned(), String::new()));
    }
}
