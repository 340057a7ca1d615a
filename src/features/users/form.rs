//! `/users/new` and `/users/{id}/edit`: one form for both, on a page of its own.

use super::fields::{Fields, SaveOutcome};
use super::model::{FormChoices, Region, UserView, differences};
use super::reset::{SHOWN, handed_over, to_hand_over};
use super::rights_fields::RightsFields;
use super::{api, may};
use crate::access::Role;
use crate::console::done::Done;
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Of, form_over, form_page, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::said::sentences;
use crate::error::AppError;
use crate::ui::{
    Card, Choice, FormErrors, Meanwhile, Notice, PasswordField, RadioGroup, SelectField, TextArea, TextField, Tone,
    use_toasts,
};
use leptos::prelude::*;

const MAILED: &str = "A temporary password will be emailed to the address above.";

#[component]
pub fn UserFormPage() -> impl IntoView {
    form_over(OF_USER, load, |(choices, user)| view! { <UserForm choices=choices user=user /> }.into_any())
}

pub const OF_USER: Of = Of { title: "User", path: "/users", all: "All users" };

/// Without a user while adding.
async fn load(id: Option<String>) -> Result<(FormChoices, Option<UserView>), AppError> {
    let choices = api::choices().await?;
    let user = match id {
        Some(id) => Some(api::get(id).await?),
        None => None,
    };
    Ok((choices, user))
}

#[component]
fn UserForm(choices: FormChoices, user: Option<UserView>) -> impl IntoView {
    let me = expect_context::<Me>();
    let (why, title, label) = match &user {
        None => (may::why_not_add(&me), "Add user".to_owned(), "Add user"),
        Some(view) => (may::why_not_edit(&me, view), format!("Edit {}", view.user.name), "Save"),
    };
    let home = user.as_ref().is_none_or(|view| view.home);
    let back = match &user {
        None => list::as_left("/users"),
        Some(view) => list::came_from_page(format!("/users/{}", view.user.id), "/users"),
    };
    let fields = Fields::new(user, &choices);
    let version = fields.base.with_untracked(|base| base.as_ref().map(|view| view.user.version));
    let (save, saving) = saving(move || fields.save(), done);
    let (error, draft) = (saving.error, FormDraft::here());
    let errors = FormErrors::new(error);
    let places = StoredValue::new(choices.places.clone());
    let page = FormPage {
        summary: Signal::derive(move || {
            let who = fields.name.with(|name| if name.trim().is_empty() { "This user" } else { name.trim() }.to_owned());
            sentences(&format!("{who} gets"), &places.with_value(|places| fields.rights.given(places)))
        }),
        title,
        why,
        missing: Signal::stored(None),
        errors,
        saving,
        draft,
        version,
        save: label,
        on_save: Callback::new(move |()| {
            save.dispatch(());
        }),
        above: view! {
            {(!home).then(|| view! { <Notice tone=Tone::Info>"Another organization created this account. Only its administrators can edit the username, name and email."</Notice> })}
            {meanwhile(fields, save, error, draft)}
        }
        .into_any(),
        back: back.clone(),
    };
    view! { {form_page(page, sections(fields, choices, errors, home))} {saved(save, back)} }.into_any()
}

type Save = Action<(), Result<SaveOutcome, AppError>>;

/// What whoever sent the form without the application is told.
fn done(outcome: SaveOutcome) -> Done {
    match outcome {
        SaveOutcome::Added(user) => Done::at(format!("/users/{}", user.id)).handing(to_hand_over(user)),
        SaveOutcome::Edited(user) => Done::at(format!("/users/{}", user.id)),
    }
}

/// After an edit, back to where it began; after an addition, first the password to hand over.
fn saved(save: Save, back: String) -> impl Fn() -> Option<AnyView> + Clone {
    let (toasts, back) = (use_toasts(), list::returning_to(back));
    Effect::new(move |_| {
        if let Some(Ok(SaveOutcome::Edited(user))) = save.value().get() {
            toasts.say(format!("{} saved", user.name));
            back.run((user.id,));
        }
    });
    move || match save.value().get() {
        Some(Ok(SaveOutcome::Added(done))) => {
            let id = done.id.clone();
            Some(handed_over(done, move || back.run((id.clone(),))))
        }
        _ => None,
    }
}

fn meanwhile(fields: Fields, save: Save, error: Signal<Option<AppError>>, draft: FormDraft) -> AnyView {
    let stored = StoredValue::new(None::<UserView>);
    let look = Action::new(move |(): &()| async move {
        let base = fields.base.get_untracked().ok_or_else(AppError::not_found)?;
        let now = api::get(base.user.id.clone()).await?;
        let lines = differences(&base, &now);
        stored.set_value(Some(now));
        Ok(lines)
    });
    let mine = move || {
        fields.base.set(stored.get_value());
        save.dispatch(());
    };
    let theirs = move || {
        draft.forget();
        stored.get_value().into_iter().for_each(|now| fields.load(now));
        save.clear();
    };
    view! { <Meanwhile error=error look=look mine=mine theirs=theirs /> }.into_any()
}

fn sections(fields: Fields, choices: FormChoices, errors: FormErrors, home: bool) -> AnyView {
    let adding = fields.base.with_untracked(Option::is_none);
    view! {
        {basic(fields, &choices, errors, home)}
        {adding.then(|| password(fields, choices.mail, errors))}
        {role_card(fields, choices.roles, errors)}
        <Card title="Access">
            {move || kept_profiles(fields).map(|names| view! { <Notice tone=Tone::Info>"You can't give these profiles, so they stay as they are: " {names} "."</Notice> })}
            <RightsFields state=fields.rights places=choices.places errors=errors />
        </Card>
    }
    .into_any()
}

/// Profiles that the user has and the form does not offer.
fn kept_profiles(fields: Fields) -> Option<String> {
    let names = fields.base.with(|base| {
        let view = base.as_ref()?;
        let held = view.user.profiles.iter().zip(&view.profile_names);
        Some(held.filter(|(id, _)| !fields.rights.offers(id)).map(|(_, name)| name.clone()).collect::<Vec<_>>())
    })?;
    (!names.is_empty()).then(|| names.join(", "))
}

fn basic(fields: Fields, choices: &FormChoices, errors: FormErrors, home: bool) -> AnyView {
    let regions = Region::ALL.map(|region| Choice::new(region.code(), region.label())).to_vec();
    let companies: Vec<Choice> = choices
        .companies
        .iter()
        .map(|company| {
            Choice::new(company.id.clone(), format!("{}{}", "\u{2003}".repeat(company.depth as usize), company.name))
        })
        .collect();
    let asia = move || Region::from_code(&fields.region.get()) == Some(Region::AsiaPacific);
    view! {
        <Card title="Basic information">
            <TextField name="username" label="Username" value=fields.username error=errors.at("username") required=true
                readonly=!home hint="Unique in this installation. Used to sign in." max_length=64_u32 />
            <TextField name="name" label="Name" value=fields.name error=errors.at("name") required=true readonly=!home max_length=100_u32 />
            <SelectField name="region" label="Region" options=regions value=fields.region error=errors.at("region") required=true />
            {move || asia().then(|| view! {
                <TextField name="phone" label="Mobile phone number" value=fields.phone error=errors.at("phone") kind="tel" readonly=!home
                    hint="Include the country code, for example +65 6123 4567." />
            })}
            <TextField name="email" label="Email" value=fields.email error=errors.at("email") required=true kind="email" readonly=!home />
            <SelectField name="company_id" label="Parent company" options=companies value=fields.company error=errors.at("company_id") required=true />
            <TextArea name="description" label="Description" value=fields.description error=errors.at("description") />
        </Card>
    }
    .into_any()
}

fn password(fields: Fields, mail: bool, errors: FormErrors) -> AnyView {
    let modes = vec![
        Choice::new("auto", "Auto-generate").hint(if mail { MAILED } else { SHOWN }),
        Choice::new("custom", "Custom").hint("Set one yourself. 15 to 128 characters."),
    ];
    view! {
        <Card title="Password setup" text="They must change it when they first sign in.">
            <RadioGroup name="mode" label="Password" options=modes value=fields.mode />
            {move || (fields.mode.get() == "custom").then(|| view! {
                <PasswordField name="password" label="Password" value=fields.password error=errors.at("password") autocomplete="new-password" required=true />
                <PasswordField name="again" label="Password again" value=fields.again error=errors.at("again") autocomplete="new-password" required=true />
            })}
        </Card>
    }
    .into_any()
}

/// Only roles that may be given, and the one that the user has.
fn role_card(fields: Fields, may_give: Vec<Role>, errors: FormErrors) -> AnyView {
    let options = Signal::derive(move || {
        let has = fields.base.with(|base| base.as_ref().map(|view| view.user.role));
        let first = has.is_none().then(|| Choice::new("", "Choose a role"));
        let roles = may_give.iter().copied().chain(has.filter(|role| !may_give.contains(role)));
        first.into_iter().chain(roles.map(|role| Choice::new(role.code(), role.label()))).collect::<Vec<_>>()
    });
    view! {
        <Card title="Role" text="Decides which users this person can manage. Profiles decide which screens they can use.">
            <SelectField name="role" label="Role" options=options value=fields.role error=errors.at("role") required=true />
        </Card>
    }
    .into_any()
}
