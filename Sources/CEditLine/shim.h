#ifndef CEDITLINE_SHIM_H
#define CEDITLINE_SHIM_H

/*
 * libedit's native interface, typed. el_set, el_get and the streams of stdio
 * cannot be used from Swift: the first two are variadic, the last are mutable
 * globals. Each use of them has one function here.
 *
 * The wide-character side (el_w...) is used throughout: it hands over code
 * points as they are, where the narrow side converts through the locale and
 * drops what that cannot hold.
 */

#include <histedit.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#pragma clang assume_nonnull begin

/* What a command bound to a key does to the line; the value is one of CC_... */
typedef unsigned char (*ceditline_command)(EditLine *editor, wint_t key);

/* Reads one character: 1 when there is one, 0 at the end of the input. */
typedef int (*ceditline_reader)(EditLine *editor, wchar_t *character);

static inline wchar_t *ceditline_empty_prompt(EditLine *editor) {
  static wchar_t empty[1] = {0};
  (void)editor;
  return empty;
}

/*
 * An editor of the terminal behind the three descriptors which draws nothing
 * itself: its streams all lead to `nowhere`, and its prompt is empty.
 */
static inline EditLine *_Nullable ceditline_init(const char *program, FILE *nowhere, int input, int output,
                                                 int error) {
  EditLine *editor = el_init_fd(program, nowhere, nowhere, nowhere, input, output, error);
  if (editor != NULL) {
    el_wset(editor, EL_PROMPT, ceditline_empty_prompt);
    el_wset(editor, EL_SIGNAL, 0);
    el_set(editor, EL_EDITOR, "emacs");
  }
  return editor;
}

static inline void ceditline_set_client_data(EditLine *editor, void *data) {
  el_wset(editor, EL_CLIENTDATA, data);
}

static inline void *_Nullable ceditline_client_data(EditLine *editor) {
  void *data = NULL;
  el_wget(editor, EL_CLIENTDATA, &data);
  return data;
}

static inline void ceditline_set_reader(EditLine *editor, ceditline_reader reader) {
  el_wset(editor, EL_GETCFN, reader);
}

/* Both texts must outlive the editor. (The narrow form would copy them and leak the copies.) */
static inline int ceditline_add_command(EditLine *editor, const wchar_t *name, const wchar_t *help,
                                        ceditline_command command) {
  return el_wset(editor, EL_ADDFN, name, help, command);
}

/* `key` in the notation of editrc(5). */
static inline int ceditline_bind(EditLine *editor, const char *key, const char *command) {
  return el_set(editor, EL_BIND, key, command, NULL);
}

/* The same in vi's command mode. */
static inline int ceditline_bind_alternative(EditLine *editor, const char *key, const char *command) {
  return el_set(editor, EL_BIND, "-a", key, command, NULL);
}

/* Whether the keys are those of vi, not of Emacs. */
static inline int ceditline_has_vi_keys(EditLine *editor) {
  const char *name = NULL;
  return el_get(editor, EL_EDITOR, &name) == 0 && name != NULL && strcmp(name, "vi") == 0;
}

static inline void ceditline_set_editing(EditLine *editor, int on) { el_wset(editor, EL_EDITMODE, on); }

/* Switches the terminal to the editor's mode (1) or back to the usual one (0). */
static inline void ceditline_prepare_terminal(EditLine *editor, int on) { el_wset(editor, EL_PREP_TERM, on); }

#pragma clang assume_nonnull end

#endif
