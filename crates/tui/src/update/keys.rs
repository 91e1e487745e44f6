//! Keys: to the dialog in front, to what is typed, else to the table of commands.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{commands, dialogs, import};
use crate::command::{Command, meant};
use crate::effect::Effect;
use crate::form::Did;
use crate::keys::name;
use crate::state::{Dialog, Pane, Place, State};

pub fn press(state: &mut State, key: &KeyEvent, effects: &mut Vec<Effect>) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    // Works wherever one is, whatever is typed.
    if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
        if state.dialogs.last().is_some_and(Dialog::holds_text) {
            dialogs::close(state);
            return;
        }
        commands::run(state, Command::Quit, effects);
        return;
    }
    if name(key).starts_with("alt-")
        && let Some(command) = meant(&name(key), state.place())
    {
        commands::run(state, command, effects);
        return;
    }
    if !state.dialogs.is_empty() {
        dialogs::press(state, key, effects);
        return;
    }
    if state.pane() == Pane::Side {
        match state.place() {
            Place::ImportUrls => return type_addresses(state, key, effects),
            Place::ImportSearch => return fill_the_form_in(state, key, effects),
            _ => {}
        }
    }
    if let Some(command) = meant(&name(key), state.place()) {
        commands::run(state, command, effects);
    }
}

fn type_addresses(state: &mut State, key: &KeyEvent, effects: &mut Vec<Effect>) {
    match name(key).as_str() {
        "ctrl-s" => commands::run(state, Command::Start, effects),
        "ctrl-k" => commands::run(state, Command::Palette, effects),
        "esc" | "tab" | "backtab" => *state.pane_mut() = Pane::List,
        _ => {
            if state.import.urls.editor.key(key) {
                import::check_again(state);
            }
        }
    }
}

fn fill_the_form_in(state: &mut State, key: &KeyEvent, effects: &mut Vec<Effect>) {
    match name(key).as_str() {
        "esc" => *state.pane_mut() = Pane::List,
        "ctrl-k" => commands::run(state, Command::Palette, effects),
        _ => {
            if state.import.search.form.key(key) == Did::Submitted {
                commands::run(state, Command::Start, effects);
            }
        }
    }
}

pub fn paste(state: &mut State, text: &str, _effects: &mut [Effect]) {
    if !state.dialogs.is_empty() {
        dialogs::paste(state, text);
        return;
    }
    match (state.place(), state.pane()) {
        (Place::ImportUrls, _) => {
            state.import.urls.pane = Pane::Side;
            import::paste_addresses(state, text);
        }
        (Place::ImportSearch, Pane::Side) => state.import.search.form.paste(text),
        // Addresses that are pasted anywhere else are meant for the import.
        _ if text.contains("linkedin.com/") => {
            import::show_tab(state, crate::state::ImportTab::Urls);
            state.import.urls.pane = Pane::Side;
            import::paste_addresses(state, text);
        }
        _ => {}
    }
}
