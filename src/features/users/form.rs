//! `/users/new` and `/users/{id}/edit`: one form for both, on a page of its own.

use super::api;
use super::dialogs::handed_over;
use super::model::{FormChoices, Handover, NewUser, PasswordSetup, Region, User, UserChange};
use super::rights_fields::{RightsFields, RightsState};
use crate::access::{Role, Screen};
use crate::error::{AppError, FieldError, Kind};
use crate::features::me::model::Me;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Card, Choice, ErrorState, ErrorSummary, FormErrors, Notice, PageHeader,
    PasswordField, RadioGroup, SelectField, Skeleton, TextArea, TextField, Tone, use_toasts,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map};

pub fn passwords_differ() -> AppError {
    AppError::invalid(vec![FieldError::new("again", "different", "The two passwords differ.")])
}

#[component]
pub fn UserFormPage() -> impl IntoView {
    let params = use_params_map();
    let choices = Resource::new(|| (), |()| api::choices());
    // None while adding.
    let user = Resource::new(
        move || params.with(|params| params.get("id")),
        |id| async move {
            match id {
                Some(id) => Some(api::get(id).await),
                None => None,
            }
        },
    );
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
            {move || Suspend::new(async move {
                match (choices.await, user.await) {
                    (Ok(choices), None) => form(choices, None),
                    (Ok(choices), Some(Ok(user))) => form(choices, Some(user)),
                    (Err(error), _) | (_, Some(Err(error))) => view! { <ErrorState error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Everything that is typed.
#[derive(Clone, Copy)]
struct Fields {
    username: RwSignal<String>,
    name: RwSignal<String>,
    email: RwSignal<String>,
    region: RwSignal<String>,
    phone: RwSignal<String>,
    company: RwSignal<String>,
    description: RwSignal<String>,
    role: RwSignal<String>,
    mode: RwSignal<String>,
    password: RwSignal<String>,
    again: RwSignal<String>,
    rights: RightsState,
}

impl Fields {
    fn new(user: Option<&User>, choices: &FormChoices) -> Fields {
        let text = |read: fn(&User) -> String| RwSignal::new(user.map(read).unwrap_or_default());
        let company = user.map(|user| user.company_id.clone());
        let company = company.or_else(|| choices.companies.first().map(|company| company.id.clone()));
        Fields {
            username: text(|user| user.username.clone()),
            name: text(|user| user.name.clone()),
            email: text(|user| user.email.clone()),
            region: RwSignal::new(user.map_or(Region::default(), |user| user.region).code().to_owned()),
            phone: text(|user| user.phone.clone()),
            company: RwSignal::new(company.unwrap_or_default()),
            description: text(|user| user.description.clone()),
            role: RwSignal::new(user.map_or(String::new(), |user| user.role.code().to_owned())),
            mode: RwSignal::new("auto".to_owned()),
            password: RwSignal::new(String::new()),
            again: RwSignal::new(String::new()),
            rights: RightsState::new(user.map(|user| &user.rights), choices.everything),
        }
    }

    fn region(self) -> Region {
        Region::from_code(&self.region.get_untracked()).unwrap_or_default()
    }

    /// A number that was typed before the region was changed away is not sent.
    fn phone(self) -> String {
        if self.region() == Region::AsiaPacific { self.phone.get_untracked() } else { String::new() }
    }

    fn new_user(self) -> NewUser {
        let password = match self.mode.get_untracked().as_str() {
            "custom" => PasswordSetup::Custom { value: self.password.get_untracked() },
            _ => PasswordSetup::Auto,
        };
        NewUser {
            username: self.username.get_untracked(),
            name: self.name.get_untracked(),
            region: self.region(),
            phone: self.phone(),
            email: self.email.get_untracked(),
            password,
            company_id: Some(self.company.get_untracked()),
            description: self.description.get_untracked(),
            role: Role::from_code(&self.role.get_untracked()),
            rights: self.rights.rights(),
        }
    }

    fn change(self, home: bool) -> UserChange {
        UserChange {
            username: home.then(|| self.username.get_untracked()),
            name: home.then(|| self.name.get_untracked()),
            region: Some(self.region()),
            phone: home.then(|| self.phone()),
            email: home.then(|| self.email.get_untracked()),
            company_id: Some(self.company.get_untracked()),
            description: Some(self.description.get_untracked()),
            role: Role::from_code(&self.role.get_untracked()),
            rights: Some(self.rights.rights()),
        }
    }
}

/// What saving came to.
#[derive(Clone)]
enum Saved {
    Added(Handover),
    Edited(User),
}

fn form(choices: FormChoices, user: Option<User>) -> AnyView {
    let me = expect_context::<Me>();
    let fields = Fields::new(user.as_ref(), &choices);
    let title = user.as_ref().map_or_else(|| "Add user".to_owned(), |user| format!("Edit {}", user.name));
    let why = me.why_not_write(Screen::Users);
    let own = user
        .as_ref()
        .is_some_and(|user| user.own)
        .then(|| "This is your own account. Your name and email are under Personal.".to_owned());
    let why = why.or(own);
    let home = user.as_ref().is_none_or(|user| user.home);
    let editing = user.as_ref().map(|user| (user.id.clone(), user.version));
    let save = Action::new(move |(): &()| {
        let editing = editing.clone();
        let (new, change) = (fields.new_user(), fields.change(home));
        async move {
            match editing {
                None => api::create(new).await.map(Saved::Added),
                Some((id, version)) => api::edit(id, version, change).await.map(Saved::Edited),
            }
        }
    });
    let differs = RwSignal::new(None::<AppError>);
    let error = Signal::derive(move || differs.get().or_else(|| save.value().get().and_then(Result::err)));
    let adding = user.is_none();
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let go = navigate.clone();
    Effect::new(move |_| {
        if let Some(Ok(Saved::Edited(user))) = save.value().get() {
            toasts.say(format!("{} saved", user.name));
            navigate("/users", Default::default());
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // One click, one user: a second one while the first is under way does nothing.
        if save.pending().get_untracked() {
            return;
        }
        let custom = adding && fields.mode.get_untracked() == "custom";
        let differ = custom && fields.password.get_untracked() != fields.again.get_untracked();
        differs.set(differ.then(passwords_differ));
        if !differ {
            save.dispatch(());
        }
    };
    view! {
        <Title text=title.clone() />
        <PageHeader title=title />
        {why.clone().map(|why| view! { <Notice tone=Tone::Info>{why}</Notice> })}
        {(!home).then(|| view! { <Notice tone=Tone::Info>"Another organization made this account; its username, name and email are edited there."</Notice> })}
        <form method="post" class="form stack" on:submit=submit novalidate>
            <ErrorSummary errors=FormErrors::new(error) />
            {sections(fields, &choices, FormErrors::new(error), adding, home, user.as_ref().map(|user| user.role))}
            {move || error.with(|error| error.as_ref().is_some_and(|error| error.kind == Kind::Stale)).then(|| view! {
                <p><a href="" rel="external">"Load the current version"</a>" (your entries here are lost then)."</p>
            })}
            <div class="form-foot">
                <Button submit=true kind=ButtonKind::Primary pending=save.pending() disabled_reason=why>
                    {if adding { "Add user" } else { "Save" }}
                </Button>
                <ButtonLink href="/users">"Cancel"</ButtonLink>
            </div>
        </form>
        {move || {
            let go = go.clone();
            match save.value().get() {
                Some(Ok(Saved::Added(done))) => Some(handed_over(done, move || go("/users", Default::default()))),
                _ => None,
            }
        }}
    }
    .into_any()
}

fn sections(
    fields: Fields,
    choices: &FormChoices,
    errors: FormErrors,
    adding: bool,
    home: bool,
    role: Option<Role>,
) -> AnyView {
    let rights = view! {
        <RightsFields state=fields.rights profiles=choices.profiles.clone() places=choices.places.clone()
            everything=choices.everything errors=errors />
    };
    view! {
        {basic(fields, choices, errors, home)}
        {adding.then(|| password(fields, errors))}
        {role_card(fields, choices, errors, role)}
        <Card title="Access">{rights}</Card>
    }
    .into_any()
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
                    hint="With its country, such as +65 6123 4567." />
            })}
            <TextField name="email" label="Email" value=fields.email error=errors.at("email") required=true kind="email" readonly=!home />
            <SelectField name="company_id" label="Parent company" options=companies value=fields.company error=errors.at("company_id") required=true />
            <TextArea name="description" label="Description" value=fields.description error=errors.at("description") />
        </Card>
    }
    .into_any()
}

fn password(fields: Fields, errors: FormErrors) -> AnyView {
    let modes = vec![
        Choice::new("auto", "Auto-generate").hint("You are shown a temporary password to hand over."),
        Choice::new("custom", "Custom").hint("You type one, twice. 15 to 128 characters."),
    ];
    view! {
        <Card title="Password setup" text="Either way it must be changed at the first sign-in.">
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
fn role_card(fields: Fields, choices: &FormChoices, errors: FormErrors, has: Option<Role>) -> AnyView {
    let mut roles = choices.roles.clone();
    roles.extend(has.filter(|role| !choices.roles.contains(role)));
    let first = has.is_none().then(|| Choice::new("", "Choose a role"));
    let options: Vec<Choice> =
        first.into_iter().chain(roles.into_iter().map(|role| Choice::new(role.code(), role.label()))).collect();
    view! {
        <Card title="Role" text="The rank: whom this user may administer. Profiles decide what opens.">
            <SelectField name="role" label="Role" options=options value=fields.role error=errors.at("role") required=true />
        </Card>
    }
    .into_any()
}
