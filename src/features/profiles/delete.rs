//! `/profiles?delete={id}`: names the profile, says who has it, and asks what takes its place.

use super::api;
use super::model::{Growth, Profile};
use crate::access::Screen;
use crate::console::me::Me;
use crate::error::AppError;
use crate::types::ListQuery;
use crate::ui::{ButtonKind, Choice, Consequences, Dialog, ErrorState, FormDialog, FormErrors, SelectField, TextField};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The profile to be deleted and those that could take its place; none while the dialog is closed.
#[derive(Clone, Copy)]
pub struct Deleting(Resource<Option<Result<DeleteDialog, AppError>>>);

type DeleteDialog = (Profile, Vec<Profile>);

impl Deleting {
    pub fn new() -> Deleting {
        let query = use_query_map();
        let id = move || query.with(|map| map.get("delete").filter(|id| !id.is_empty()));
        Deleting(Resource::new(id, |id| async move {
            match id {
                Some(id) => Some(asked(id).await),
                None => None,
            }
        }))
    }
}

async fn asked(id: String) -> Result<DeleteDialog, AppError> {
    let profile = api::get(id).await?;
    if profile.holders() == 0 {
        return Ok((profile, Vec::new()));
    }
    let others = api::list(ListQuery { limit: Some(200), ..ListQuery::default() }).await?;
    Ok((profile, others.items))
}

#[component]
pub fn DeleteDialog(
    deleting: Deleting,
    #[prop(into)] on_close: Callback<()>,
    /// With the name of what is gone.
    #[prop(into)]
    on_done: Callback<(String,)>,
) -> impl IntoView {
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match deleting.0.await {
                    None => ().into_any(),
                    Some(Ok(asked)) => view! { <Question asked=asked on_close=on_close on_done=on_done /> }.into_any(),
                    Some(Err(error)) => view! {
                        <Dialog title="Delete profile" on_close=on_close><ErrorState error=error /></Dialog>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Question(asked: DeleteDialog, on_close: Callback<()>, on_done: Callback<(String,)>) -> impl IntoView {
    let (profile, mut others) = asked;
    others.retain(|other| other.id != profile.id);
    // What gives most comes last.
    others.sort_by_key(|other| other.builtin);
    let others = StoredValue::new(others);
    let (replacement, typed) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (id, name) = (StoredValue::new(profile.id.clone()), StoredValue::new(profile.name.clone()));
    let act = Action::new(move |(): &()| {
        let replacement = Some(replacement.get_untracked()).filter(|id| !id.is_empty());
        api::delete(id.get_value(), replacement)
    });
    Effect::new(move |_| {
        if act.value().with(|done| matches!(done, Some(Ok(())))) {
            on_done.run((name.get_value(),));
        }
    });
    let growing = growing(id, replacement);
    let error = Signal::derive(move || {
        let refused = act.value().get().and_then(Result::err);
        refused.or_else(|| growing.get().and_then(Result::err))
    });
    let held = profile.holders();
    let to_type = Memo::new(move |_| {
        let many = growing.with(|growing| matches!(growing, Some(Ok(growth)) if growth.many));
        let chosen =
            others.with_value(|others| others.iter().find(|it| it.id == replacement.get()).map(|it| it.name.clone()));
        chosen.filter(|_| many)
    });
    let fixed = expect_context::<Me>().why_not_write(Screen::Profiles);
    let fixed =
        fixed.or_else(|| profile.builtin.then(|| "The built-in profile can't be edited or deleted.".to_owned()));
    let why = Signal::derive(move || {
        fixed.clone().or_else(|| (held > 0).then(|| missing(replacement, growing, to_type, typed)).flatten())
    });
    let text = if held == 0 { "Nobody has this profile. You can't undo this.".to_owned() } else { held_text(&profile) };
    let errors = FormErrors::new(error);
    view! {
        <FormDialog title=format!("Delete {}?", profile.name) submit_label="Delete profile" kind=ButtonKind::Danger
            pending=act.pending() error=error disabled_reason=why on_submit=move || { act.dispatch(()); } on_close=on_close>
            <p>{text}</p>
            {(held > 0).then(|| replacement_field(others.get_value(), replacement, errors))}
            <div role="status">{move || growing.get().and_then(Result::ok).map(consequences)}</div>
            {move || to_type.get().map(|name| view! {
                <TextField name="confirm" label=format!("Type “{name}” to confirm") value=typed required=true />
            })}
        </FormDialog>
    }
    .into_any()
}

/// Who gains what by the replacement that is chosen; none while that is not known.
fn growing(id: StoredValue<String>, replacement: RwSignal<String>) -> Signal<Option<Result<Growth, AppError>>> {
    let count = Action::new(move |other: &String| {
        let other = other.clone();
        async move { (other.clone(), api::who_gains(id.get_value(), other).await) }
    });
    Effect::new(move |_| {
        let other = replacement.get();
        if !other.is_empty() {
            count.dispatch(other);
        }
    });
    Signal::derive(move || {
        count.value().get().filter(|(other, _)| *other == replacement.get()).map(|(_, growth)| growth)
    })
}

/// What has to be done before it can be deleted.
fn missing(
    replacement: RwSignal<String>,
    growing: Signal<Option<Result<Growth, AppError>>>,
    to_type: Memo<Option<String>>,
    typed: RwSignal<String>,
) -> Option<String> {
    if replacement.with(String::is_empty) {
        return Some("Choose a replacement first.".to_owned());
    }
    match growing.get() {
        None => Some("Still checking who gains access.".to_owned()),
        Some(Err(error)) => Some(error.message),
        Some(Ok(_)) => {
            let name = to_type.get().filter(|name| typed.with(|typed| typed.trim() != name))?;
            Some(format!("Type “{name}” first."))
        }
    }
}

fn consequences(growth: Growth) -> AnyView {
    if growth.gains.is_empty() {
        return view! { <p class="muted">"Nobody gains access."</p> }.into_any();
    }
    view! { <Consequences lines=growth.in_words() /> }.into_any()
}

fn held_text(profile: &Profile) -> String {
    let have = if profile.holders() == 1 { "has" } else { "have" };
    format!(
        "{} {have} this profile and will get the one you choose instead, for the same places and time.",
        profile.holders_text()
    )
}

fn replacement_field(others: Vec<Profile>, value: RwSignal<String>, errors: FormErrors) -> AnyView {
    let first = Choice::new("", "Choose a profile");
    let options: Vec<Choice> =
        std::iter::once(first).chain(others.into_iter().map(|other| Choice::new(other.id, other.name))).collect();
    view! {
        <SelectField name="replacement" label="Replacement" options=options value=value error=errors.at("replacement") required=true />
    }
    .into_any()
}
