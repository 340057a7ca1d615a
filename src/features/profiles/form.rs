//! `/profiles/new` and `/profiles/{id}/edit`: one form for both, on a page of its own.

use super::api;
use super::model::{NAME_MAX, NewProfile, Profile, ProfileChange, differences};
use crate::access::{Levels, Screen};
use crate::console::done::Done;
use crate::console::draft::FormDraft;
use crate::console::form::{FormPage, Of, form_over, form_page, saving};
use crate::console::list;
use crate::console::me::Me;
use crate::console::rights::levels::{LevelsFields, LevelsState};
use crate::error::AppError;
use crate::ui::{Card, FormErrors, Meanwhile, Notice, Sent, TextField, Tone, use_toasts};
use leptos::prelude::*;

#[component]
pub fn ProfileFormPage() -> impl IntoView {
    form_over(OF_PROFILE, load, |profile| view! { <ProfileForm profile=profile /> }.into_any())
}

const OF_PROFILE: Of = Of { title: "Profile", path: "/profiles", all: "All profiles" };

/// None while creating.
async fn load(id: Option<String>) -> Result<Option<Profile>, AppError> {
    match id {
        Some(id) => Ok(Some(api::get(id).await?)),
        None => Ok(None),
    }
}

/// What is typed, and what it started from.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    levels: LevelsState,
    base: StoredValue<Option<Profile>>,
}

impl Fields {
    fn new(profile: Option<Profile>) -> Fields {
        let fields = Fields {
            name: RwSignal::new(profile.as_ref().map(|profile| profile.name.clone()).unwrap_or_default()),
            levels: LevelsState::new(&profile.as_ref().map_or(Levels::NONE, |profile| profile.levels)),
            base: StoredValue::new(profile),
        };
        if let Some(sent) = Sent::here() {
            fields.take(&sent);
        }
        fields
    }

    /// Takes over what was filled in before the application had started.
    fn take(self, sent: &Sent) {
        sent.fill("name", self.name);
        self.levels.take(sent);
        if let Some(version) = sent.version() {
            self.base.update_value(|base| base.iter_mut().for_each(|profile| profile.version = version));
        }
    }

    async fn save(self) -> Result<Profile, AppError> {
        let (name, levels) = (self.name.get_untracked(), self.levels.levels());
        match self.base.get_value() {
            None => api::create(NewProfile { name, levels }).await,
            Some(base) => {
                let change = ProfileChange { name: Some(name), levels: Some(levels) };
                api::edit(base.id, base.version, change).await
            }
        }
    }

    /// Forgets what was typed for what is stored now.
    fn load(self, profile: Profile) {
        self.name.set(profile.name.clone());
        self.levels.set(&profile.levels);
        self.base.set_value(Some(profile));
    }
}

/// Why nothing here can be changed.
fn why_not(me: &Me, profile: Option<&Profile>) -> Option<String> {
    let builtin = || "The built-in profile can't be edited. Duplicate it and edit the copy.".to_owned();
    me.why_not_write(Screen::Profiles).or_else(|| profile.is_some_and(|profile| profile.builtin).then(builtin))
}

#[component]
fn ProfileForm(profile: Option<Profile>) -> impl IntoView {
    let me = expect_context::<Me>();
    let why = why_not(&me, profile.as_ref());
    let (title, label) = match &profile {
        None => ("Create profile".to_owned(), "Create profile"),
        Some(profile) => (format!("Edit {}", profile.name), "Save"),
    };
    let holders = profile.as_ref().filter(|profile| profile.holders() > 0 && why.is_none()).map(effect_text);
    let fields = Fields::new(profile);
    let version = fields.base.with_value(|base| base.as_ref().map(|profile| profile.version));
    let (save, saving) = saving(move || fields.save(), |_| Done::at("/profiles"));
    let errors = FormErrors::new(saving.error);
    let (toasts, back) = (use_toasts(), list::returning("/profiles"));
    Effect::new(move |_| {
        if let Some(Ok(profile)) = save.value().get() {
            toasts.say(format!("{} saved", profile.name));
            back.run((profile.id,));
        }
    });
    let (blocked, draft) = (why.is_some(), FormDraft::here());
    let page = FormPage {
        summary: Signal::stored(Vec::new()),
        title,
        why: why.clone(),
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
            {holders.map(|text| view! { <Notice tone=Tone::Info>{text}</Notice> })}
            {meanwhile(fields, save, saving.error, draft)}
        }
        .into_any(),
        back: list::as_left("/profiles"),
    };
    let cards = view! {
        <Card title="Profile">
            <TextField name="name" label="Name" value=fields.name error=errors.at("name") required=true
                readonly=blocked max_length=NAME_MAX placeholder="Night porter" />
        </Card>
        <LevelsFields state=fields.levels viewer=me.levels why=why error=errors.at("levels") />
    };
    form_page(page, cards.into_any())
}

fn effect_text(profile: &Profile) -> String {
    format!("Saving changes access for {} immediately.", profile.holders_text())
}

fn meanwhile(
    fields: Fields,
    save: Action<(), Result<Profile, AppError>>,
    error: Signal<Option<AppError>>,
    draft: FormDraft,
) -> AnyView {
    let stored = StoredValue::new(None::<Profile>);
    let look = Action::new(move |(): &()| async move {
        let base = fields.base.get_value().ok_or_else(AppError::not_found)?;
        let now = api::get(base.id.clone()).await?;
        let lines = differences(&base, &now);
        stored.set_value(Some(now));
        Ok(lines)
    });
    let mine = move || {
        fields.base.set_value(stored.get_value());
        save.dispatch(());
    };
    let theirs = move || {
        draft.forget();
        stored.get_value().into_iter().for_each(|now| fields.load(now));
        save.clear();
    };
    view! { <Meanwhile error=error look=look mine=mine theirs=theirs /> }.into_any()
}
