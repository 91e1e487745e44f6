//! What closes a dialog, and what does not.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::message::Message;
use crate::samples::Played;
use crate::state::Dialog;
use crate::trouble::Trouble;

fn draw(played: &mut Played) {
    let size = played.state.size;
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(size.width, size.height)).unwrap();
    let mut hits = None;
    terminal.draw(|frame| hits = Some(crate::view::view(&played.state, frame))).unwrap();
    played.state.hits = hits.unwrap();
}

fn click(played: &mut Played, column: u16, row: u16) {
    draw(played);
    let kind = MouseEventKind::Down(MouseButton::Left);
    played.tell(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

/// The name of the input that has the cursor.
fn focused(played: &Played) -> &'static str {
    match played.state.dialogs.last() {
        Some(Dialog::Filter { form, .. } | Dialog::Remind { form, .. }) => form.inputs[form.focus].name,
        other => panic!("{other:?}"),
    }
}

#[test]
fn trouble_that_comes_while_somebody_types_stays_until_it_is_read() {
    for close in ["esc", "enter", "q"] {
        let mut played = Played::at(80, 24).begin();
        played.state.dialogs.push(Dialog::Trouble(Trouble::new("No source of postings is connected.")));
        played.write("rust ");
        assert_eq!(played.state.dialogs.len(), 1);
        played.press(close);
        assert_eq!((played.state.dialogs.len(), played.state.is_over), (0, false), "{close}");
    }
}

#[test]
fn a_click_beside_a_dialog_leaves_what_was_typed() {
    let mut played = Played::at(80, 24).begin();
    for open in ["n", "r"] {
        played.press(open);
        played.write("ask Ada");
        click(&mut played, 2, 5);
        assert_eq!(played.state.dialogs.len(), 1, "{open}");
        played.press("esc");
    }
    played.press("f");
    click(&mut played, 2, 5);
    assert_eq!(played.state.dialogs.len(), 0, "a filter that nobody has typed into closes");
}

#[test]
fn a_click_in_a_form_hits_the_input_that_is_drawn_there() {
    // The error below the first input moves the second one down.
    let mut played = Played::at(80, 24).begin();
    played.press("r ctrl-u");
    played.write("soon");
    played.press("enter");
    click(&mut played, 20, 11);
    assert_eq!(focused(&played), "due_at", "its error is part of it");
    click(&mut played, 20, 12);
    assert_eq!(focused(&played), "note");
    // A form that is longer than its place is scrolled.
    let mut played = Played::at(80, 12).begin();
    played.press("f up");
    assert_eq!(focused(&played), "hidden");
    click(&mut played, 20, 7);
    assert_eq!(focused(&played), "due");
    // Now it is the last one that is seen.
    click(&mut played, 20, 6);
    assert_eq!(focused(&played), "open");
}

#[test]
fn keys_past_the_end_of_a_text_are_not_counted() {
    let scrolls = |played: &Played| match played.state.dialogs.last() {
        Some(Dialog::Help { scroll }) => *scroll,
        _ => played.state.postings.detail.scroll,
    };
    for open in ["?", "j enter"] {
        let mut played = Played::at(80, 16).begin();
        played.press(open);
        draw(&mut played);
        played.press("G");
        let end = scrolls(&played);
        assert!(end > 0 && end < 100, "{open}: {end}");
        played.press("j j j ctrl-d k");
        assert_eq!(scrolls(&played), end - 1, "{open}");
    }
}
