//! `/profiles?delete={id}`: names the profile, says who has it, and asks what takes its place.

use super::api;
use super::model::{Profile, ProfileQuery};
use crate::access::Screen;
use crate::error::AppError;
use crate::features::me::model::Me;
use crate::ui::{ButtonKind, Choice, Dialog, ErrorState, FormDialog, FormErrors, SelectField};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The profile to be deleted and those that could take its place; none while the dialog is closed.
#[derive(Clone, Copy)]
pub struct Deleting(Resource<Option<Result<Asked, AppError>>>);

type Asked = (Profile, Vec<Profile>);

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

async fn asked(id: String) -> Result<Asked, AppError> {
    let profile = api::get(id).await?;
    if profile.holders() == 0 {
        return Ok((profile, Vec::new()));
    }
    let others = api::list(ProfileQuery { limit: Some(200), ..ProfileQuery::default() }).await?;
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
fn Question(asked: Asked, on_close: Callback<()>, on_done: Callback<(String,)>) -> impl IntoView {
    let (profile, others) = asked;
    let replacement = RwSignal::new(String::new());
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
    let error = Signal::derive(move || act.value().get().and_then(Result::err));
    let held = profile.holders();
    let fixed = expect_context::<Me>().why_not_write(Screen::Profiles);
    let fixed = fixed.or_else(|| profile.builtin.then(|| "The built-in profile stays as it is.".to_owned()));
    let why = Signal::derive(move || {
        let missing = held > 0 && replacement.with(String::is_empty);
        fixed.clone().or_else(|| missing.then(|| "Choose what takes its place first.".to_owned()))
    });
    let text = if held == 0 { "No user has it. This cannot be undone.".to_owned() } else { held_text(&profile) };
    view! {
        <FormDialog title=format!("Delete {}?", profile.name) submit_label="Delete" kind=ButtonKind::Danger
            pending=act.pending() error=error disabled_reason=why on_submit=move || { act.dispatch(()); } on_close=on_close>
            <p>{text}</p>
            {(held > 0).then(|| replacement_field(&profile, others, replacement, FormErrors::new(error)))}
        </FormDialog>
    }
    .into_any()
}

fn held_text(profile: &Profile) -> String {
    let has = if profile.holders() == 1 { "has" } else { "have" };
    format!(
        "{} {has} it. The profile that you choose takes its place, wherever it counts and for as long.",
        profile.holders_text()
    )
}

fn replacement_field(profile: &Profile, others: Vec<Profile>, value: RwSignal<String>, errors: FormErrors) -> AnyView {
    let first = Choice::new("", "Choose a profile");
    let others = others.into_iter().filter(|other| other.id != profile.id);
    let options: Vec<Choice> =
        std::iter::once(first).chain(others.map(|other| Choice::new(other.id, other.name))).collect();
    view! {
        <SelectField name="replacement" label="Replacement" options=options value=value error=errors.at("replacement") required=true />
    }
    .into_any()
}
