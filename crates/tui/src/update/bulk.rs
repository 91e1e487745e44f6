//! Importing what was selected among the results of a search: sent in parts of what one import takes, seen as one.

use sluice_api::PostingImportRequest;
use sluice_api::wording::numbers::{count, thousands};

use super::push;
use crate::bulk::Bulk;
use crate::checks::MOST;
use crate::effect::Effect;
use crate::message::Start;
use crate::state::{Dialog, State};
use crate::toast::Draft;
use crate::trouble::Trouble;

/// Postings whose page was read within so many hours are not asked for again.
const FRESH_H: u32 = 24;

/// Sends the selected. More than one import takes is sent after a question.
pub fn import_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let search = &state.import.search;
    if search.is_importing() || search.is_selecting {
        return;
    }
    let postings = search.selected.len();
    if postings == 0 {
        let said = "Nothing is selected. Space selects one, A all that are listed, v by a rule.";
        state.toasts.show(Draft::info(said), state.now);
    } else if postings > MOST {
        let parts = postings.div_ceil(MOST) as u64;
        push(state, Dialog::Bulk { postings: postings as u64, parts });
    } else {
        send(state, effects);
    }
}

pub fn send(state: &mut State, effects: &mut Vec<Effect>) {
    let search = &mut state.import.search;
    let Some(job_id) = search.job_id.clone() else { return };
    search.trouble = None;
    let ids: Vec<String> = search.selected.values().cloned().collect();
    let parts = ids.chunks(MOST);
    let bulk = search.bulks.entry(job_id.clone()).or_default();
    // What is added to an import under way is summed up with it; one that has ended is not.
    if bulk.jobs.iter().all(|id| state.overview.job(id).is_none_or(|job| job.status.is_final())) {
        *bulk = Bulk::default();
    }
    bulk.unanswered = parts.len();
    bulk.postings = ids.len() as u64;
    bulk.refused = None;
    for part in parts {
        let request = PostingImportRequest { urls: part.to_vec(), max_age_h: Some(FRESH_H), ..PostingImportRequest::default() };
        effects.push(Effect::Import { what: Start::Selected(job_id.clone()), request: Box::new(request) });
    }
}

/// A part was taken: what was sent with it is no longer selected.
pub fn begun(state: &mut State, search_id: &str, sent: &[String], job_id: String) {
    let search = &mut state.import.search;
    if let Some(selected) = search.selected_of(search_id) {
        selected.retain(|_, linkedin_id| !sent.contains(linkedin_id));
    }
    let bulk = search.bulks.entry(search_id.to_owned()).or_default();
    bulk.jobs.push(job_id);
    bulk.unanswered = bulk.unanswered.saturating_sub(1);
    tell_what_was_refused(state, search_id);
}

/// A part was not taken: it stays selected, and that is told once all parts have their answer.
pub fn refused(state: &mut State, search_id: &str, sent: usize, trouble: Trouble) {
    let bulk = state.import.search.bulks.entry(search_id.to_owned()).or_default();
    let before = bulk.refused.as_ref().map_or(0, |(postings, _)| *postings);
    bulk.refused = Some((before + sent as u64, trouble));
    bulk.unanswered = bulk.unanswered.saturating_sub(1);
    tell_what_was_refused(state, search_id);
}

fn tell_what_was_refused(state: &mut State, search_id: &str) {
    let Some(bulk) = state.import.search.bulks.get_mut(search_id).filter(|bulk| bulk.unanswered == 0) else { return };
    let all = bulk.postings;
    let Some((postings, mut trouble)) = bulk.refused.take() else { return };
    if bulk.jobs.is_empty() {
        state.import.search.bulks.remove(search_id);
    }
    if postings < all {
        let said = format!("{} of {} could not be sent, and stay selected.", thousands(postings), count(all, "posting", "postings"));
        trouble.why = Some(format!("{} {}", trouble.what, trouble.why.unwrap_or_default()).trim().to_owned());
        trouble.what = said;
    }
    push(state, Dialog::Trouble(trouble));
}
