//! Every table, for both engines. Column names and types are compared with the live databases by `tests/it/migrations.rs`.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    access_log (chain, seq) {
        chain -> Text,
        seq -> BigInt,
        account_id -> Nullable<Guid>,
        actor_name -> Text,
        agency_id -> Nullable<Guid>,
        subject_account -> Nullable<Guid>,
        dossier_id -> Nullable<Guid>,
        dossier_ref -> Nullable<Text>,
        purpose -> Text,
        what -> Text,
        at -> Instant,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    chain_heads (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    daily_digests (day) {
        day -> Day,
        heads -> Doc,
        prev_digest -> Text,
        digest -> Text,
        sealed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    jobs (id) {
        id -> Guid,
        kind -> Text,
        payload -> Doc,
        state -> Text,
        run_at -> Instant,
        locked_until -> Nullable<Instant>,
        locked_by -> Nullable<Text>,
        attempts -> Integer,
        max_attempts -> Integer,
        unique_key -> Nullable<Text>,
        last_error -> Nullable<Text>,
        created_at -> Instant,
        finished_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    rate_counters (key) {
        key -> Text,
        window_start -> Instant,
        hits -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    settings (name) {
        name -> Text,
        value -> Doc,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    admin_units (code) {
        code -> Text,
        level -> Text,
        name -> Text,
        full_name -> Text,
        fold -> Text,
        parent_code -> Nullable<Text>,
        valid_from -> Day,
        valid_to -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    agencies (id) {
        id -> Guid,
        code -> Text,
        name -> Text,
        centre_name -> Nullable<Text>,
        kind -> Text,
        level -> Text,
        parent_id -> Nullable<Guid>,
        province_code -> Nullable<Text>,
        commune_code -> Nullable<Text>,
        place_name -> Text,
        address -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        is_demo -> Bool,
        valid_from -> Nullable<Day>,
        valid_to -> Nullable<Day>,
        created_at -> Instant,
        tax_code -> Nullable<Text>,
        bank_bin -> Nullable<Text>,
        bank_account -> Nullable<Text>,
        bank_holder -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    units (id) {
        id -> Guid,
        agency_id -> Guid,
        name -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    accounts (id) {
        id -> Guid,
        kind -> Text,
        party_kind -> Text,
        party_number_enc -> Nullable<Text>,
        party_index -> Nullable<Text>,
        full_name -> Text,
        name_fold -> Text,
        sort_key -> Text,
        representative -> Nullable<Text>,
        date_of_birth -> Nullable<Day>,
        sex -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        email_fold -> Nullable<Text>,
        address -> Nullable<Doc>,
        password_hash -> Nullable<Text>,
        must_change_password -> Bool,
        identity_level -> Integer,
        state -> Text,
        totp_secret_enc -> Nullable<Text>,
        totp_last_steps -> Doc,
        failed_logins -> Integer,
        locked_until -> Nullable<Instant>,
        is_demo -> Bool,
        language -> Text,
        channels -> Doc,
        opened_by -> Nullable<Guid>,
        verified_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    assignments (id) {
        id -> Guid,
        account_id -> Guid,
        role -> Text,
        agency_id -> Guid,
        unit_id -> Nullable<Guid>,
        field_code -> Nullable<Text>,
        valid_from -> Nullable<Instant>,
        valid_to -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    officer_relatives (account_id, party_index) {
        account_id -> Guid,
        party_index -> Text,
        relation -> Text,
        declared_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    sessions (id) {
        id -> Guid,
        account_id -> Guid,
        kind -> Text,
        created_at -> Instant,
        last_seen_at -> Instant,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        second_factor -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    one_time_codes (id) {
        id -> Guid,
        purpose -> Text,
        subject -> Text,
        account_id -> Nullable<Guid>,
        code_hash -> Text,
        payload -> Nullable<Doc>,
        created_at -> Instant,
        expires_at -> Instant,
        attempts -> Integer,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    fields (code) {
        code -> Text,
        name -> Text,
        fold -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    procedures (id) {
        id -> Guid,
        code -> Text,
        name -> Text,
        name_fold -> Text,
        field_code -> Text,
        level -> Text,
        agency_level -> Text,
        has_form -> Bool,
        state -> Text,
        current_revision -> Nullable<Guid>,
        source -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        summary -> Doc,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    procedure_revisions (id) {
        id -> Guid,
        procedure_id -> Guid,
        number -> Integer,
        content -> Doc,
        content_hash -> Text,
        state -> Text,
        effective_from -> Day,
        effective_to -> Nullable<Day>,
        published_at -> Nullable<Instant>,
        published_by -> Nullable<Guid>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    procedure_agencies (procedure_id, agency_id) {
        procedure_id -> Guid,
        agency_id -> Guid,
        position -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    filing_windows (id) {
        id -> Guid,
        procedure_id -> Guid,
        name -> Text,
        opens_at -> Instant,
        closes_at -> Instant,
        editable_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    versions (name) {
        name -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    calendar_days (calendar, day) {
        calendar -> Text,
        day -> Day,
        kind -> Text,
        name -> Text,
        source -> Nullable<Text>,
        is_estimate -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    shifts (calendar, weekday, opens, valid_from) {
        calendar -> Text,
        weekday -> Integer,
        opens -> Text,
        closes -> Text,
        valid_from -> Day,
        valid_to -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossier_groups (id) {
        id -> Guid,
        kind -> Text,
        created_by -> Nullable<Guid>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossiers (id) {
        id -> Guid,
        reference -> Nullable<Text>,
        code -> Nullable<Text>,
        procedure_id -> Guid,
        revision_id -> Guid,
        case_code -> Text,
        window_id -> Nullable<Guid>,
        agency_id -> Guid,
        acting_agency_id -> Guid,
        group_id -> Nullable<Guid>,
        intake -> Text,
        typed_by -> Nullable<Guid>,
        helper_id -> Nullable<Guid>,
        place -> Nullable<Text>,
        on_behalf -> Nullable<Doc>,
        applicant_account -> Nullable<Guid>,
        applicant_kind -> Text,
        applicant_number_enc -> Nullable<Text>,
        applicant_index -> Nullable<Text>,
        applicant_name -> Text,
        applicant_fold -> Text,
        applicant -> Doc,
        owner_account -> Nullable<Guid>,
        owner_kind -> Text,
        owner_number_enc -> Nullable<Text>,
        owner_index -> Nullable<Text>,
        owner_name -> Text,
        owner_fold -> Text,
        owner -> Doc,
        data -> Doc,
        status -> Integer,
        from_status -> Nullable<Integer>,
        flags -> Doc,
        step -> Nullable<Text>,
        step_role -> Nullable<Text>,
        assignee_id -> Nullable<Guid>,
        handler_id -> Nullable<Guid>,
        delivery -> Doc,
        submission_key -> Nullable<Text>,
        due_at -> Nullable<Instant>,
        due_inputs -> Nullable<Doc>,
        acceptance_due_at -> Nullable<Instant>,
        clock_started_at -> Nullable<Instant>,
        paused_since -> Nullable<Instant>,
        submitted_at -> Nullable<Instant>,
        accepted_at -> Nullable<Instant>,
        decided_at -> Nullable<Instant>,
        handed_over_at -> Nullable<Instant>,
        draft_expires_at -> Nullable<Instant>,
        summary -> Nullable<Text>,
        warned -> Integer,
        corrections -> Integer,
        reappointments -> Integer,
        event_seq -> Integer,
        event_hash -> Text,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossier_identities (dossier_id, pointer) {
        dossier_id -> Guid,
        pointer -> Text,
        number_index -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossier_fields (dossier_id, field, position) {
        dossier_id -> Guid,
        field -> Text,
        position -> Integer,
        value_fold -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    received_papers (dossier_id, paper_code) {
        dossier_id -> Guid,
        paper_code -> Text,
        originals -> Integer,
        copies -> Integer,
        received_by -> Nullable<Guid>,
        received_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossier_counters (agency_id, day) {
        agency_id -> Guid,
        day -> Day,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    dossier_events (id) {
        id -> Guid,
        dossier_id -> Guid,
        seq -> Integer,
        act -> Text,
        actor_kind -> Text,
        actor_account -> Nullable<Guid>,
        actor_name -> Text,
        agency_id -> Nullable<Guid>,
        from_status -> Nullable<Integer>,
        to_status -> Nullable<Integer>,
        note -> Nullable<Text>,
        changes -> Doc,
        is_public -> Bool,
        occurred_at -> Instant,
        recorded_at -> Instant,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    supplement_requests (id) {
        id -> Guid,
        dossier_id -> Guid,
        requested_by -> Nullable<Guid>,
        before_acceptance -> Bool,
        reason -> Text,
        items -> Doc,
        due_on -> Day,
        state -> Text,
        answered_at -> Nullable<Instant>,
        answer_note -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    pauses (id) {
        id -> Guid,
        dossier_id -> Guid,
        kind -> Text,
        started_at -> Instant,
        ended_at -> Nullable<Instant>,
        reason -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    messages (id) {
        id -> Guid,
        dossier_id -> Guid,
        from_citizen -> Bool,
        author_id -> Nullable<Guid>,
        author_name -> Text,
        text -> Text,
        created_at -> Instant,
        read_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    opinions (id) {
        id -> Guid,
        dossier_id -> Guid,
        agency_id -> Guid,
        asked_by -> Nullable<Guid>,
        question -> Text,
        due_on -> Day,
        answer -> Nullable<Text>,
        answered_by -> Nullable<Guid>,
        answered_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    draft_results (dossier_id) {
        dossier_id -> Guid,
        data -> Doc,
        outcome -> Text,
        note -> Nullable<Text>,
        saved_by -> Nullable<Guid>,
        saved_at -> Instant,
        number_index -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    handovers (dossier_id) {
        dossier_id -> Guid,
        method -> Text,
        receiver -> Nullable<Doc>,
        signed -> Nullable<Text>,
        handed_by -> Nullable<Guid>,
        occurred_at -> Instant,
        recorded_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    blobs (hash) {
        hash -> Text,
        size -> BigInt,
        mime -> Text,
        scan_state -> Text,
        scanned_at -> Nullable<Instant>,
        created_at -> Instant,
        unreferenced_since -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    documents (id) {
        id -> Guid,
        owner_account -> Nullable<Guid>,
        dossier_id -> Nullable<Guid>,
        paper_code -> Nullable<Text>,
        blob_hash -> Text,
        file_name -> Text,
        mime -> Text,
        size -> BigInt,
        source -> Text,
        supplement_id -> Nullable<Guid>,
        result_id -> Nullable<Guid>,
        added_by -> Nullable<Guid>,
        note -> Nullable<Text>,
        occurred_at -> Instant,
        recorded_at -> Instant,
        removed_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    papers (id) {
        id -> Guid,
        dossier_id -> Guid,
        kind -> Text,
        event_id -> Nullable<Guid>,
        data -> Doc,
        token -> Text,
        blob_hash -> Nullable<Text>,
        created_at -> Instant,
        rendered_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    results (id) {
        id -> Guid,
        dossier_id -> Guid,
        owner_account -> Nullable<Guid>,
        agency_id -> Guid,
        code -> Text,
        name -> Text,
        outcome -> Text,
        number -> Nullable<Text>,
        template -> Text,
        data -> Doc,
        token -> Text,
        blob_hash -> Nullable<Text>,
        signatures_needed -> Integer,
        issued_at -> Instant,
        signed_at -> Nullable<Instant>,
        handed_over_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        revoked_reason -> Nullable<Text>,
        revoked_by -> Nullable<Guid>,
        created_at -> Instant,
        seal_only -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    signatures (result_id, position) {
        result_id -> Guid,
        position -> Integer,
        account_id -> Nullable<Guid>,
        signer_name -> Text,
        agency_id -> Guid,
        certificate -> Text,
        signed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    agency_keys (agency_id) {
        agency_id -> Guid,
        pkcs12_enc -> Text,
        subject -> Text,
        valid_from -> Instant,
        valid_to -> Instant,
        is_demo -> Bool,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    given_numbers (number_index) {
        number_index -> Text,
        result_id -> Guid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    result_numbers (agency_id, book, year) {
        agency_id -> Guid,
        book -> Text,
        year -> Integer,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    payments (id) {
        id -> Guid,
        dossier_id -> Guid,
        method -> Text,
        amount_vnd -> BigInt,
        state -> Text,
        gateway -> Nullable<Text>,
        gateway_txn -> Nullable<Text>,
        agency_id -> Guid,
        taken_by -> Nullable<Guid>,
        occurred_at -> Instant,
        recorded_at -> Instant,
        reference -> Nullable<Text>,
        begun_by -> Nullable<Guid>,
        begun_at -> Nullable<Instant>,
        expires_at -> Nullable<Instant>,
        ask_at -> Nullable<Instant>,
        returned_at -> Nullable<Instant>,
        ordered -> Nullable<Doc>,
        last_code -> Nullable<Text>,
        applied_vnd -> BigInt,
        refunded_vnd -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    payment_lines (payment_id, fee_id) {
        payment_id -> Guid,
        fee_id -> Guid,
        amount_vnd -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    receipt_books (agency_id, template, series) {
        agency_id -> Guid,
        template -> Text,
        series -> Text,
        last_number -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    receipts (payment_id) {
        payment_id -> Guid,
        agency_id -> Guid,
        template -> Text,
        series -> Text,
        number -> BigInt,
        dossier_id -> Guid,
        paper_id -> Guid,
        total_vnd -> BigInt,
        issued_at -> Instant,
        xml -> Nullable<Text>,
        certificate -> Nullable<Text>,
        returned_vnd -> BigInt,
        cancelled_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    statements (id) {
        id -> Guid,
        gateway -> Text,
        bank -> Nullable<Text>,
        file_name -> Text,
        hash -> Text,
        from_day -> Nullable<Day>,
        to_day -> Nullable<Day>,
        lines -> BigInt,
        imported_by -> Guid,
        imported_at -> Instant,
        agency_id -> Nullable<Guid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    unlisted_payments (payment_id) {
        payment_id -> Guid,
        note -> Text,
        settled_by -> Guid,
        settled_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    statement_lines (statement_id, number) {
        statement_id -> Guid,
        number -> BigInt,
        day -> Nullable<Day>,
        amount_vnd -> BigInt,
        gateway_txn -> Nullable<Text>,
        reference -> Nullable<Text>,
        content -> Text,
        verdict -> Text,
        payment_id -> Nullable<Guid>,
        refund_id -> Nullable<Guid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    cash_closings (agency_id, officer_id, day) {
        agency_id -> Guid,
        officer_id -> Guid,
        day -> Day,
        opening_vnd -> BigInt,
        taken_vnd -> BigInt,
        paid_out_vnd -> BigInt,
        card_vnd -> BigInt,
        counted_vnd -> BigInt,
        reason -> Nullable<Text>,
        closed_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    refunds (id) {
        id -> Guid,
        payment_id -> Nullable<Guid>,
        notice_id -> Nullable<Guid>,
        dossier_id -> Nullable<Guid>,
        agency_id -> Guid,
        way -> Text,
        gateway -> Nullable<Text>,
        reference -> Nullable<Text>,
        gateway_txn -> Nullable<Text>,
        ordered_at -> Nullable<Instant>,
        amount_vnd -> BigInt,
        surplus_vnd -> BigInt,
        state -> Text,
        reason -> Text,
        asked_by -> Guid,
        asked_at -> Instant,
        decided_by -> Nullable<Guid>,
        decided_at -> Nullable<Instant>,
        decision_note -> Nullable<Text>,
        request -> Nullable<Text>,
        send_at -> Nullable<Instant>,
        first_sent_at -> Nullable<Instant>,
        tries -> BigInt,
        last_code -> Nullable<Text>,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Guid>,
        receiver -> Nullable<Text>,
        voucher -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    refund_lines (refund_id, fee_id) {
        refund_id -> Guid,
        fee_id -> Guid,
        amount_vnd -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    payment_notices (id) {
        id -> Guid,
        gateway -> Text,
        kind -> Text,
        fingerprint -> Text,
        payment_id -> Nullable<Guid>,
        reference -> Nullable<Text>,
        gateway_txn -> Nullable<Text>,
        amount_vnd -> Nullable<BigInt>,
        verdict -> Text,
        body -> Text,
        times -> BigInt,
        first_at -> Instant,
        last_at -> Instant,
        is_held -> Bool,
        settled_by -> Nullable<Guid>,
        settled_at -> Nullable<Instant>,
        settlement -> Nullable<Text>,
        said -> Nullable<Text>,
        settlement_note -> Nullable<Text>,
        agency_id -> Nullable<Guid>,
        settled_payment_id -> Nullable<Guid>,
        taken_agency_id -> Nullable<Guid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::Guid;
    notice_agencies (notice_id, agency_id) {
        notice_id -> Guid,
        agency_id -> Guid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    fee_lines (id) {
        id -> Guid,
        dossier_id -> Guid,
        code -> Text,
        kind -> Text,
        name -> Text,
        amount_vnd -> BigInt,
        state -> Text,
        due_stage -> Text,
        rule -> Doc,
        payment_id -> Nullable<Guid>,
        waived_reason -> Nullable<Text>,
        waived_by -> Nullable<Guid>,
        created_at -> Instant,
        paid_at -> Nullable<Instant>,
        notice_id -> Nullable<Guid>,
        collected_elsewhere -> Bool,
        treasury_payment_id -> Nullable<Guid>,
        over_vnd -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    obligation_notices (id) {
        id -> Guid,
        dossier_id -> Guid,
        number -> Text,
        issued_on -> Day,
        issuer -> Text,
        due_on -> Day,
        collected_by -> Text,
        account -> Nullable<Text>,
        document_id -> Nullable<Guid>,
        reminded_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    treasury_payments (id) {
        id -> Guid,
        dossier_id -> Guid,
        number -> Text,
        paid_on -> Day,
        amount_vnd -> BigInt,
        recorded_by -> Nullable<Guid>,
        recorded_at -> Instant,
        paper_key -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    exemption_claims (dossier_id, exemption) {
        dossier_id -> Guid,
        exemption -> Text,
        name -> Doc,
        paper_code -> Nullable<Text>,
        fees -> Doc,
        state -> Text,
        claimed_at -> Instant,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Guid>,
        decided_name -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    notices (id) {
        id -> Guid,
        event -> Text,
        channel -> Text,
        account_id -> Nullable<Guid>,
        dossier_id -> Nullable<Guid>,
        recipient -> Nullable<Text>,
        subject -> Nullable<Text>,
        body -> Text,
        state -> Text,
        job_id -> Nullable<Guid>,
        provider -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        error -> Nullable<Text>,
        is_demo -> Bool,
        created_at -> Instant,
        sent_at -> Nullable<Instant>,
        read_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::types::{Day, Doc, Guid, Instant};
    ratings (id) {
        id -> Guid,
        dossier_id -> Guid,
        account_id -> Nullable<Guid>,
        score -> Integer,
        comment -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::joinable!(units -> agencies (agency_id));
diesel::joinable!(assignments -> accounts (account_id));
diesel::joinable!(assignments -> agencies (agency_id));
diesel::joinable!(assignments -> units (unit_id));
diesel::joinable!(officer_relatives -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(one_time_codes -> accounts (account_id));
diesel::joinable!(procedures -> fields (field_code));
diesel::joinable!(procedure_revisions -> procedures (procedure_id));
diesel::joinable!(procedure_agencies -> procedures (procedure_id));
diesel::joinable!(procedure_agencies -> agencies (agency_id));
diesel::joinable!(filing_windows -> procedures (procedure_id));
diesel::joinable!(dossiers -> procedures (procedure_id));
diesel::joinable!(dossiers -> procedure_revisions (revision_id));
diesel::joinable!(dossiers -> filing_windows (window_id));
diesel::joinable!(dossiers -> dossier_groups (group_id));
diesel::joinable!(dossier_identities -> dossiers (dossier_id));
diesel::joinable!(dossier_fields -> dossiers (dossier_id));
diesel::joinable!(received_papers -> dossiers (dossier_id));
diesel::joinable!(dossier_counters -> agencies (agency_id));
diesel::joinable!(dossier_events -> dossiers (dossier_id));
diesel::joinable!(supplement_requests -> dossiers (dossier_id));
diesel::joinable!(pauses -> dossiers (dossier_id));
diesel::joinable!(messages -> dossiers (dossier_id));
diesel::joinable!(opinions -> dossiers (dossier_id));
diesel::joinable!(opinions -> agencies (agency_id));
diesel::joinable!(draft_results -> dossiers (dossier_id));
diesel::joinable!(handovers -> dossiers (dossier_id));
diesel::joinable!(documents -> accounts (owner_account));
diesel::joinable!(documents -> dossiers (dossier_id));
diesel::joinable!(documents -> blobs (blob_hash));
diesel::joinable!(documents -> supplement_requests (supplement_id));
diesel::joinable!(papers -> dossiers (dossier_id));
diesel::joinable!(papers -> blobs (blob_hash));
diesel::joinable!(results -> dossiers (dossier_id));
diesel::joinable!(results -> accounts (owner_account));
diesel::joinable!(results -> agencies (agency_id));
diesel::joinable!(results -> blobs (blob_hash));
diesel::joinable!(signatures -> results (result_id));
diesel::joinable!(signatures -> agencies (agency_id));
diesel::joinable!(agency_keys -> agencies (agency_id));
diesel::joinable!(result_numbers -> agencies (agency_id));
diesel::joinable!(given_numbers -> results (result_id));
diesel::joinable!(payments -> dossiers (dossier_id));
diesel::joinable!(payments -> agencies (agency_id));
diesel::joinable!(fee_lines -> dossiers (dossier_id));
diesel::joinable!(fee_lines -> payments (payment_id));
diesel::joinable!(exemption_claims -> dossiers (dossier_id));
diesel::joinable!(fee_lines -> obligation_notices (notice_id));
diesel::joinable!(fee_lines -> treasury_payments (treasury_payment_id));
diesel::joinable!(obligation_notices -> dossiers (dossier_id));
diesel::joinable!(obligation_notices -> documents (document_id));
diesel::joinable!(treasury_payments -> dossiers (dossier_id));
diesel::joinable!(payment_lines -> payments (payment_id));
diesel::joinable!(payment_lines -> fee_lines (fee_id));
diesel::joinable!(payment_notices -> payments (payment_id));
diesel::joinable!(notice_agencies -> payment_notices (notice_id));
diesel::joinable!(notice_agencies -> agencies (agency_id));
diesel::joinable!(unlisted_payments -> payments (payment_id));
diesel::joinable!(unlisted_payments -> accounts (settled_by));
diesel::joinable!(statement_lines -> statements (statement_id));
diesel::joinable!(statement_lines -> payments (payment_id));
diesel::joinable!(statement_lines -> refunds (refund_id));
diesel::joinable!(cash_closings -> agencies (agency_id));
diesel::joinable!(cash_closings -> accounts (officer_id));
diesel::joinable!(refunds -> payments (payment_id));
diesel::joinable!(refunds -> dossiers (dossier_id));
diesel::joinable!(refunds -> agencies (agency_id));
diesel::joinable!(refunds -> payment_notices (notice_id));
diesel::joinable!(refund_lines -> refunds (refund_id));
diesel::joinable!(refund_lines -> fee_lines (fee_id));
diesel::joinable!(receipts -> payments (payment_id));
diesel::joinable!(receipts -> dossiers (dossier_id));
diesel::joinable!(receipts -> papers (paper_id));
diesel::joinable!(notices -> accounts (account_id));
diesel::joinable!(notices -> dossiers (dossier_id));
diesel::joinable!(ratings -> dossiers (dossier_id));
diesel::joinable!(ratings -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_log,
    chain_heads,
    daily_digests,
    jobs,
    rate_counters,
    settings,
    admin_units,
    agencies,
    units,
    accounts,
    assignments,
    officer_relatives,
    sessions,
    one_time_codes,
    fields,
    procedures,
    procedure_revisions,
    procedure_agencies,
    filing_windows,
    versions,
    calendar_days,
    shifts,
    dossier_groups,
    dossiers,
    dossier_identities,
    dossier_fields,
    received_papers,
    dossier_counters,
    dossier_events,
    supplement_requests,
    pauses,
    messages,
    opinions,
    draft_results,
    handovers,
    blobs,
    documents,
    papers,
    results,
    signatures,
    agency_keys,
    result_numbers,
    given_numbers,
    payments,
    payment_lines,
    payment_notices,
    notice_agencies,
    receipt_books,
    receipts,
    refunds,
    refund_lines,
    statements,
    statement_lines,
    unlisted_payments,
    cash_closings,
    fee_lines,
    exemption_claims,
    obligation_notices,
    treasury_payments,
    notices,
    ratings,
);
