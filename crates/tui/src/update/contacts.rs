//! People whom one deals with about a posting: noted, changed and deleted from its detail.

use sluice_api::wording::posting as words;
use sluice_api::{Contact, ContactRequest};

use super::answers::heard_from;
use super::{postings, push};
use crate::effect::Effect;
use crate::form::{Form, Input};
use crate::message::Answer;
use crate::state::{Dialog, State};
use crate::toast::Draft;

/// Those of the posting that is open.
pub fn of(state: &State) -> &[Contact] {
    state.postings.detail.whole.as_ref().map_or(&[], |whole| &whole.contacts)
}

pub fn list(state: &mut State) {
    let Some(posting) = postings::chosen(state) else { return };
    let is_open = state.postings.detail.whole.as_ref().is_some_and(|whole| whole.posting.id == posting.id);
    if !is_open {
        state.toasts.show(Draft::info("Open the posting first: it shows its contacts."), state.now);
        return;
    }
    let (posting_id, title) = (posting.id.clone(), words::title(posting));
    push(state, Dialog::Contacts { posting_id, title, chosen: 0, is_deleting: false });
}

/// A key in the list; the row below the contacts is for a new one.
pub fn press(state: &mut State, key: &str, effects: &mut Vec<Effect>) {
    let (contacts, last) = (of(state).to_vec(), of(state).len());
    let Some(Dialog::Contacts { posting_id, title, chosen, is_deleting }) = state.dialogs.last_mut() else { return };
    let was_deleting = std::mem::take(is_deleting);
    match key {
        "down" | "j" => *chosen = (*chosen + 1).min(last),
        "up" | "k" => *chosen = chosen.saturating_sub(1),
        "x" => match contacts.get(*chosen) {
            Some(contact) if was_deleting => {
                effects.push(Effect::DeleteContact { posting_id: posting_id.clone(), id: contact.id.clone() });
                state.dialogs.pop();
            }
            Some(_) => *is_deleting = true,
            None => {}
        },
        "enter" | "space" => {
            let contact = contacts.get(*chosen).cloned();
            let dialog = Dialog::Contact {
                posting_id: posting_id.clone(),
                title: title.clone(),
                id: contact.as_ref().map(|contact| contact.id.clone()),
                form: form(contact),
                is_sending: false,
            };
            state.dialogs.pop();
            push(state, dialog);
        }
        _ => {}
    }
}

fn form(contact: Option<Contact>) -> Form {
    let said = |of: fn(&Contact) -> Option<String>| contact.as_ref().and_then(of).unwrap_or_default();
    Form::new(vec![
        Input::text("name", "Name", "", said(|contact| Some(contact.name.clone()))),
        Input::text("role", "Role", "such as Recruiter", said(|contact| contact.role.clone())),
        Input::text("email", "Email", "", said(|contact| contact.email.clone())),
        Input::text("phone", "Phone", "", said(|contact| contact.phone.clone())),
        Input::text("url", "Page", "such as a profile", said(|contact| contact.url.clone())),
        Input::text("notes", "Notes", "", said(|contact| contact.notes.clone())),
    ])
}

/// Sends what the form in front says; it stays until the server has taken it.
pub fn send(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(Dialog::Contact { posting_id, id, form, is_sending, .. }) = state.dialogs.last_mut() else { return };
    if *is_sending {
        return;
    }
    form.forget_errors();
    let Some(name) = form.said("name") else {
        form.refuse("name", "Say who it is.");
        return;
    };
    let request = ContactRequest {
        name,
        role: form.said("role"),
        email: form.said("email"),
        phone: form.said("phone"),
        url: form.said("url"),
        notes: form.said("notes"),
    };
    *is_sending = true;
    effects.push(Effect::StoreContact { posting_id: posting_id.clone(), id: id.clone(), request: Box::new(request) });
}

pub fn stored(state: &mut State, posting_id: &str, said: &str, answer: Answer<()>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    let sends = |dialog: &Dialog| matches!(dialog, Dialog::Contact { posting_id: id, is_sending: true, .. } if id == posting_id);
    let at = state.dialogs.iter().position(sends);
    let trouble = match answer {
        Ok(()) => {
            if let Some(at) = at {
                state.dialogs.remove(at);
            }
            state.toasts.show(Draft::info(said), state.now);
            effects.push(Effect::LoadPosting { id: posting_id.to_owned() });
            return;
        }
        Err(trouble) => trouble,
    };
    let mut is_said = false;
    if let Some(Dialog::Contact { form, is_sending, .. }) = at.map(|at| &mut state.dialogs[at]) {
        *is_sending = false;
        for (field, message) in &trouble.fields {
            is_said |= form.refuse(field, message.clone());
        }
    }
    if !is_said {
        let text = trouble.lines()[1..].join(" ");
        state.toasts.show(Draft::error(format!("Not stored: {}", trouble.what)).saying(text), state.now);
    }
}
