//! Keys by the names that the table of commands and the help use.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// "j", "G", "ctrl-d", "alt-o", "enter"; empty for keys that nothing is bound to.
pub fn name(key: &KeyEvent) -> String {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) if control => format!("ctrl-{}", c.to_ascii_lowercase()),
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::ALT) => format!("alt-{}", c.to_ascii_lowercase()),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::BackTab => "backtab".to_owned(),
        KeyCode::Up => "up".to_owned(),
        KeyCode::Down => "down".to_owned(),
        KeyCode::Left => "left".to_owned(),
        KeyCode::Right => "right".to_owned(),
        KeyCode::PageUp => "pgup".to_owned(),
        KeyCode::PageDown => "pgdn".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        KeyCode::F(number) => format!("f{number}"),
        _ => String::new(),
    }
}

/// The name as people read it.
pub fn shown(name: &str) -> String {
    match name {
        "enter" => "Enter".to_owned(),
        "esc" => "Esc".to_owned(),
        "tab" => "Tab".to_owned(),
        "backtab" => "Shift-Tab".to_owned(),
        "space" => "Space".to_owned(),
        "up" => "↑".to_owned(),
        "down" => "↓".to_owned(),
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        "pgup" => "PgUp".to_owned(),
        "pgdn" => "PgDn".to_owned(),
        "home" => "Home".to_owned(),
        "end" => "End".to_owned(),
        other => match other.split_once('-') {
            Some(("ctrl", letter)) => format!("Ctrl-{}", letter.to_uppercase()),
            Some(("alt", letter)) => format!("Alt-{}", letter.to_uppercase()),
            _ => match other.strip_prefix('f').filter(|number| !number.is_empty()) {
                Some(number) => format!("F{number}"),
                None => other.to_owned(),
            },
        },
    }
}
