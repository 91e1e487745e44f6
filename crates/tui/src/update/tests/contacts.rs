//! Contacts of a posting, from its detail.

use sluice_api::{Contact, ContactRequest, PostingWhole};

use super::{changes, toasts};
use crate::effect::Effect;
use crate::message::Message;
use crate::samples::{Played, noon, whole};
use crate::state::Dialog;
use crate::toast::Level;
use crate::trouble::Trouble;

/// A posting that is open, with one contact.
fn opened() -> Played {
    let mut played = Played::at(80, 24).begin();
    played.press("enter");
    let contact = Contact {
        id: "k1".into(),
        name: "Grace Invented".into(),
        role: Some("Recruiter".into()),
        email: Some("grace@example.org".into()),
        phone: None,
        url: None,
        notes: None,
        created_at: noon(),
        updated_at: noon(),
    };
    let whole = PostingWhole { contacts: vec![contact], ..whole(0) };
    played.tell(Message::Posting { id: "p0".into(), answer: Ok(Box::new(whole)) });
    played
}

fn answered(said: &str, answer: Result<(), Trouble>) -> Message {
    Message::ContactStored { posting_id: "p0".into(), said: said.into(), answer }
}

#[test]
fn a_contact_is_noted_and_the_posting_read_again() {
    let mut played = opened();
    played.press("C j enter");
    played.write("Ada Invented");
    played.press("down");
    played.write("Engineer");
    played.press("enter enter");
    let request = ContactRequest { name: "Ada Invented".into(), role: Some("Engineer".into()), ..ContactRequest::default() };
    let stored = Effect::StoreContact { posting_id: "p0".into(), id: None, request: Box::new(request) };
    assert_eq!(changes(&played).last(), Some(&&stored));
    assert_eq!(changes(&played).iter().filter(|effect| ***effect == stored).count(), 1, "once, in spite of two presses");
    let asked = played.asked.len();
    played.tell(answered("The contact is noted.", Ok(())));
    assert_eq!((played.state.dialogs.len(), toasts(&played.state)), (0, vec![(Level::Info, "The contact is noted.".to_owned())]));
    assert_eq!(played.asked[asked..], [Effect::LoadPosting { id: "p0".into() }]);
}

#[test]
fn what_the_server_says_about_a_contact_stands_at_its_field() {
    let mut played = opened();
    played.press("C enter down down ctrl-u");
    played.write("grace at home");
    played.press("enter");
    let mut trouble = Trouble::new("One field is not right.");
    trouble.fields = vec![("email".into(), "Like name@example.org.".into())];
    played.tell(answered("", Err(trouble)));
    let Some(Dialog::Contact { id, form, is_sending, .. }) = played.state.dialogs.last() else { panic!("{:?}", played.state.dialogs) };
    let email = &form.inputs[form.focus];
    assert_eq!((id.as_deref(), *is_sending, email.name), (Some("k1"), false, "email"));
    assert_eq!(email.error.as_deref(), Some("Like name@example.org."));
    assert_eq!(toasts(&played.state), []);
    // What is of no field is said by itself, and the form stays.
    played.press("enter");
    played.tell(answered("", Err(Trouble::new("A viewer may not change this."))));
    assert_eq!(toasts(&played.state), [(Level::Error, "Not stored: A viewer may not change this.".to_owned())]);
    assert_eq!(played.state.dialogs.len(), 1);
}

#[test]
fn a_contact_without_a_name_is_not_sent() {
    let mut played = opened();
    let before = changes(&played).len();
    played.press("C j enter enter");
    let Some(Dialog::Contact { form, .. }) = played.state.dialogs.last() else { panic!("{:?}", played.state.dialogs) };
    assert_eq!(form.inputs[0].error.as_deref(), Some("Say who it is."));
    assert_eq!(changes(&played).len(), before);
}

#[test]
fn a_contact_is_deleted_after_a_second_press() {
    let mut played = opened();
    let before = changes(&played).len();
    played.press("C x j k x");
    assert_eq!(changes(&played).len(), before, "another key between them calls it off");
    played.press("x");
    assert_eq!(changes(&played)[before..], [&Effect::DeleteContact { posting_id: "p0".into(), id: "k1".into() }]);
    assert_eq!(played.state.dialogs.len(), 0);
}

#[test]
fn contacts_are_those_of_a_posting_that_has_been_read() {
    let mut played = Played::at(80, 24).begin();
    played.press("C");
    assert_eq!(toasts(&played.state), [(Level::Info, "Open the posting first: it shows its contacts.".to_owned())]);
}
