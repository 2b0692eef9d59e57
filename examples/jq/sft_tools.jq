# sft_tools.jq - the same as tool calls: the code of a turn is a call of the
# tool `python`, what it printed is the tool's message.
# Read by: TRL SFTTrainer ("messages" and "tools"), Axolotl (chat_template with
# tools). `arguments` is an object, as chat templates expect it; servers of the
# OpenAI kind want it as text: tojson.
#
#     jq -c -f examples/jq/sft_tools.jq episodes.jsonl
def output:
  ([.execution.stdout, .execution.stderr] | map(select(. != null and . != ""))
   | join("\n")) as $text
  | if $text == "" then "(no output)" else $text end;

select(.type == "episode" and .verified and (.hint_leak | not))
| {messages: (
    [.messages[0], .messages[1] | {role, content}]
    + [.gold_trace.turns[]
       | select((.code // "") != "")
       | ("call_\(.turn_index)") as $id
       | {role: "assistant", content: (.reasoning // ""),
          tool_calls: [{id: $id, type: "function",
                        function: {name: "python",
                                   arguments: {code: .code}}}]},
         {role: "tool", tool_call_id: $id, name: "python", content: output}]
    + [{role: "assistant",
        content: ("The answer is " + (.gold_trace.final_answer | tojson)
                  + ".")}]),
   tools: [{type: "function", function: {
     name: "python",
     description: "Run Python; df is the data, submit(answer) ends the work.",
     parameters: {type: "object",
                  properties: {code: {type: "string"}},
                  required: ["code"]}}}]}
