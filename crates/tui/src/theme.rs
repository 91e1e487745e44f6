//! Colours from the terminal's own sixteen, so that its owner's choice of light or dark holds; without colour, weight and reversal alone.

use ratatui::style::{Color, Modifier, Style};
use sluice_api::wording::state::Hue;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub colour: bool,
}

impl Theme {
    pub fn hue(self, hue: Hue) -> Style {
        match hue {
            Hue::Amber => self.fg(Color::Yellow),
            Hue::Blue => self.fg(Color::Blue),
            Hue::Violet => self.fg(Color::Magenta),
            Hue::Green => self.fg(Color::Green),
            Hue::Orange => self.fg(Color::LightRed),
            Hue::Red => self.fg(Color::Red),
            Hue::Grey => self.quiet(),
        }
    }

    /// What is focused, and what is pressed.
    pub fn accent(self) -> Style {
        self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// What may be overlooked. Dim, and not the colour that is called bright black: some themes make that their background.
    pub fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The selected row of a pane that is not focused.
    pub fn marked(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    fn fg(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }
}
