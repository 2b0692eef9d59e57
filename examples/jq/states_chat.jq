# states_chat.jq - predict the state, interleaved: a verified gold run as one
# conversation in which each cell is followed by a request for the values that
# its hooks recorded, their values as JSON, and then what the cell printed.
# Every turn of the assistant is trained on: code and states alternate.
# Read by: TRL SFTTrainer ("messages", assistant_only_loss), Axolotl (type:
# chat_template).
#
#     jq -c -f examples/jq/states_chat.jq episodes.jsonl
def output:
  ([.execution.stdout, .execution.stderr] | map(select(. != null and . != ""))
   | join("\n")) as $text
  | "Output:\n" + (if $text == "" then "(no output)" else $text end);

select(.type == "episode" and .verified and (.hint_leak | not))
| select([.gold_trace.turns[].execution.hooks[]?] | length > 0)
| {messages: (
    (.messages[:2] | map({role, content}))
    + ([.gold_trace.turns[]
        | [.execution.hooks[]? | select(.grounded != false)] as $hooks
        | {role: "assistant",
           content: ((.reasoning // "") + "\n\n```python\n" + (.code // "")
                     + "\n```")},
          (if $hooks | length > 0 then
             {role: "user",
              content: ("Before the output is shown, state as JSON the values "
                        + "of: " + ([$hooks[].variable_name] | join(", ")))},
             {role: "assistant",
              content: ($hooks | map({(.variable_name): .value}) | add
                        | tojson)}
           else empty end),
          {role: "user", content: output}]
       | .[:-1]))}  # ends with the teacher's words
