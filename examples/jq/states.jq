# states.jq - predict the state: after each turn of a verified gold run, the
# values that its hooks recorded. One line a turn with hooks; the prompt holds
# the question and all code so far, the completion the values as JSON.
# Read by: TRL SFTTrainer (prompt and completion), for training a model to
# follow what code does.
#
#     jq -c -f examples/jq/states.jq episodes.jsonl
select(.type == "episode" and .verified)
| .question.question_text as $question
| .gold_trace.turns as $turns
| range($turns | length) as $i
| [$turns[$i].execution.hooks[]? | select(.grounded != false)] as $hooks
| select($hooks | length > 0)
| {prompt: ("Question: " + $question + "\n\nCode that was run:\n```python\n"
            + ([$turns[:$i + 1][].code] | join("\n")) + "\n```\n\n"
            + "State the values of: "
            + ([$hooks[].variable_name] | join(", ")) + "\n"),
   completion: ($hooks | map({(.variable_name): .value}) | add | tojson)}
