//! What belongs to a tenant, described: domains, settings, site, members, health.

use server::openapi::{Document, Route};
use types::{
    CertificateStatus, DomainCheck, DomainState, DomainStatus, Entitlement, Feature, Limit, ModuleKey, Plan,
    Role, ThemePreset, TypePairing, content::Scene,
};

pub(super) fn shapes(document: Document) -> Document {
    document
        .words("DomainStatus", DomainStatus::ALL)
        .words("DomainCheck", DomainCheck::ALL)
        .words("DomainState", DomainState::ALL)
        .words("Plan", Plan::ALL)
        .words("Feature", Feature::ALL)
        .words("Entitlement", Entitlement::ALL)
        .words("Limit", Limit::ALL)
        .words("ModuleKey", ModuleKey::ALL)
        .words("ThemePreset", ThemePreset::ALL)
        .words("MemberRole", Role::ALL)
        .shape(
            "Domain",
            "{ id: uuid, tenantId: text, hostname: text, isPrimary: boolean, isVerified: boolean,
               verifiedAt: time | null, status: DomainStatus, createdAt: time, updatedAt: time, proofSince: time,
               lastCheckedAt: time | null, lastCheck: DomainCheck | null, foundTexts: text[], foundAddresses: text[],
               nextCheckAt: time | null, state?: DomainState, required?: ProofRecord }",
        )
        .shape("ProofRecord", "{ type: 'TXT', name: text, value: text }")
        .shape(
            "Settings",
            "{ tenantId: text, planCode: Plan, featureFlags: Feature[], dormantFlags: Feature[] }",
        )
        .shape("Module", "{ key: ModuleKey, enabled: boolean, sortOrder: integer }")
        .words("TypePairing", TypePairing::ALL)
        .words("Scene", Scene::ALL)
        .shape(
            "Theme",
            "{ preset: ThemePreset, paper: text | null, paperByNight: text | null, accent: text | null,
               accentByNight: text | null, ornament: text | null, ornamentByNight: text | null,
               pairing: TypePairing | null, logo: any, hero: Scene | null }",
        )
        .shape(
            "Copy",
            "{ headline: text, tagline: text, about: text, agentName: text, agentTitle: text, phone: text,
               email: text, brokerage: text, license: text, areas: text[], responsePromise: text, postalAddress: PostalAddress,
               pages: any }",
        )
        .shape(
            "PostalAddress",
            "{ street: text, city: text, state: text, zip: text }",
        )
        .shape(
            "Member",
            "{ memberId: uuid, personId: uuid, email: email, name: text, role: MemberRole, createdAt: time }",
        )
        .shape(
            "DomainHealth",
            "{ hostname: text, isVerified: boolean, state: DomainState }",
        )
        .shape("Check", "{ name: text, ok: boolean, detail: text, fix: text | null }")
        .shape(
            "Health",
            "{ tenantId: text, slug: text, name: text, status: TenantStatus, planCode: Plan,
               lastLeadAt: time | null, lastFailureAt: time | null, backlog: integer, deadLetters: integer,
               domain: DomainHealth | null, ok: boolean, failing: text[], checks?: Check[] }",
        )
}

pub(super) fn plans(document: Document) -> Document {
    document
        .shape(
            "FeatureState",
            "{ feature: Feature, isOn: boolean, why: Entitlement, trace: TraceStep[] }",
        )
        .shape("LimitState", "{ limit: Limit, used: integer, most: integer, trace: TraceStep[] }")
        .shape("TraceStep", "{ asked: text, says: text, decides: boolean }")
        .shape(
            "Override",
            "{ subject: text, isOn?: boolean, most?: integer, reason: text, expiresAt: time | null, madeBy: text,
               madeAt: time }",
        )
        .shape(
            "PlanTerms",
            "{ planCode: Plan, setupPriceCents: integer, monthlyPriceCents: integer, requiredFeatures: Feature[],
               allowedFeatures: Feature[], mostDomains: integer, mostMembers: integer }",
        )
}

pub(super) fn domains(document: Document) -> Document {
    const ONE: &str = "{ domain: Domain, tenant: TenantOverview }";
    document
        .route(
            Route::new(
                "GET /api/tenants/{id}/domains",
                "Lists its domains, the primary one first.",
            )
            .answers(200, "{ domains: Domain[] }"),
        )
        .route(
            Route::new("POST /api/tenants/{id}/domains", "Gives it a further domain.")
                .takes("{ hostname: text, isPrimary?: boolean }")
                .answers(201, ONE),
        )
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/domains/{domain}",
                "Verifies a domain by hand, makes it primary, releases it or takes it back.",
            )
            .takes("{ isPrimary?: boolean, isVerified?: boolean, status?: DomainStatus }")
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "POST /api/tenants/{id}/domains/{domain}/check",
                "Looks for the record that proves a domain, and verifies it when it is there.",
            )
            .answers(200, ONE),
        )
}

pub(super) fn certificates(document: Document) -> Document {
    document
        .words("CertificateStatus", CertificateStatus::ALL)
        .shape(
            "Certificate",
            "{ domainId: uuid, status: CertificateStatus, state: DomainState, issuer: text | null,
               expiresAt: time | null, error: text | null, reportedBy: text, reportedAt: time }",
        )
        .route(
            Route::new(
                "GET /api/tenants/{id}/certificates",
                "Lists what was reported of its hostnames' certificates.",
            )
            .answers(200, "{ certificates: Certificate[] }"),
        )
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/domains/{domain}/certificate",
                "Reports what is known of a hostname's certificate.",
            )
            .takes("{ status: CertificateStatus, issuer?: text, expiresAt?: time, error?: text }")
            .answers(200, "{ certificate: Certificate }"),
        )
}

pub(super) fn settings(document: Document) -> Document {
    const ALL: &str = "{ tenantId: text, settings: Settings, features: FeatureState[], limits: LimitState[],
                         overrides: Override[], plans: PlanTerms[],
                         tenant: TenantOverview }";
    const SITE: &str =
        "{ tenantId: text, modules: Module[], theme: Theme, copy: Copy, drafts: any, privacy: any }";
    document
        .route(
            Route::new(
                "GET /api/tenants/{id}/settings",
                "Shows its plan and features, and why.",
            )
            .answers(200, ALL),
        )
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/settings",
                "Changes its plan, its features or both.",
            )
            .takes("{ planCode?: Plan, featureFlags?: Feature[] }")
            .answers(200, ALL),
        )
        .route(
            Route::new(
                "POST /api/tenants/{id}/overrides",
                "Makes an exception from its plan: isOn for a feature, most for a limit.",
            )
            .takes("{ subject: text, isOn?: boolean, most?: integer, reason: text, expiresAt?: time }")
            .answers(200, ALL),
        )
        .route(
            Route::new(
                "DELETE /api/tenants/{id}/overrides/{subject}",
                "Takes an exception from its plan back.",
            )
            .answers(200, ALL),
        )
        .route(
            Route::new(
                "GET /api/tenants/{id}/website",
                "Shows its site's modules, theme and words.",
            )
            .answers(200, SITE),
        )
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/website",
                "Changes what is mentioned of its site.",
            )
            .takes("{ modules?: any[], theme?: any, copy?: any, drafts?: any, privacy?: any }")
            .answers(200, SITE),
        )
}

pub(super) fn members(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, member: Member }";
    document
        .route(
            Route::new("GET /api/tenants/{id}/members", "Lists its members by name.")
                .answers(200, "{ tenantId: text, members: Member[] }"),
        )
        .route(
            Route::new("POST /api/tenants/{id}/members", "Makes somebody a member.")
                .keeps_no_answer()
                .takes("{ email: email, role: MemberRole, name?: text, password?: text }")
                .answers(
                    201,
                    "{ tenantId: text, member: Member, initialPassword: text | null, wasKnown: boolean }",
                ),
        )
        .route(Route::new("GET /api/tenants/{id}/members/{member}", "Shows a member.").answers(200, ONE))
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/members/{member}",
                "Gives a member another role, or signs them out everywhere.",
            )
            .takes("{ role?: MemberRole, revokeSessions?: boolean }")
            .answers(200, ONE),
        )
        .route(
            Route::new("DELETE /api/tenants/{id}/members/{member}", "Ends a membership.")
                .answers(200, "{ tenantId: text, memberId: uuid }"),
        )
}

pub(super) fn health(document: Document) -> Document {
    document
        .route(
            Route::new(
                "GET /api/health/tenants",
                "Lists how every tenant fares, by slug.",
            )
            .asks("{ q?: text, status?: TenantStatus, limit?: integer, offset?: integer, count?: boolean }")
            .answers(200, "{ tenants: Health[], pagination: Pagination }"),
        )
        .route(
            Route::new(
                "GET /api/health/tenants/{id}",
                "Shows how a tenant fares, and what to mend.",
            )
            .answers(200, "{ tenantId: text, health: Health }"),
        )
}
