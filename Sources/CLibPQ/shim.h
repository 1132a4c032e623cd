#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* Swift does not import macros whose value is a character literal. */
enum clibpq_field {
    clibpq_severity = PG_DIAG_SEVERITY_NONLOCALIZED,
    clibpq_sqlstate = PG_DIAG_SQLSTATE,
    clibpq_message = PG_DIAG_MESSAGE_PRIMARY,
    clibpq_detail = PG_DIAG_MESSAGE_DETAIL,
    clibpq_hint = PG_DIAG_MESSAGE_HINT,
    clibpq_position = PG_DIAG_STATEMENT_POSITION,
    clibpq_internal_position = PG_DIAG_INTERNAL_POSITION,
    clibpq_internal_query = PG_DIAG_INTERNAL_QUERY,
    clibpq_context = PG_DIAG_CONTEXT,
    clibpq_schema = PG_DIAG_SCHEMA_NAME,
    clibpq_table = PG_DIAG_TABLE_NAME,
    clibpq_column = PG_DIAG_COLUMN_NAME,
    clibpq_data_type = PG_DIAG_DATATYPE_NAME,
    clibpq_constraint = PG_DIAG_CONSTRAINT_NAME,
    clibpq_source_file = PG_DIAG_SOURCE_FILE,
    clibpq_source_line = PG_DIAG_SOURCE_LINE,
    clibpq_source_function = PG_DIAG_SOURCE_FUNCTION
};

/* From version 17 on libpq protects a request to cancel as it does the connection; before, it always goes in clear. */
#ifdef LIBPQ_HAS_ASYNC_CANCEL
static inline void *clibpq_cancel_request(PGconn *connection) { return PQcancelCreate(connection); }
static inline void clibpq_send_cancel(void *request) {
    PQcancelBlocking((PGcancelConn *)request);
    PQcancelReset((PGcancelConn *)request);
}
static inline void clibpq_free_cancel(void *request) { PQcancelFinish((PGcancelConn *)request); }
#else
static inline void *clibpq_cancel_request(PGconn *connection) { return PQgetCancel(connection); }
static inline void clibpq_send_cancel(void *request) {
    char message[256];
    PQcancel((PGcancel *)request, message, sizeof message);
}
static inline void clibpq_free_cancel(void *request) { PQfreeCancel((PGcancel *)request); }
#endif

/* Swift's module of glibc has only what POSIX.1-2008 has. */
extern int dup3(int from, int to, int flags);

#endif
