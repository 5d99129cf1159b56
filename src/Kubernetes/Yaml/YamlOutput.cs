using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kontrakt.Kubernetes.Yaml;

/// <summary>Writes objects as YAML in block style, so that <see cref="YamlFile"/> and kubectl read the same objects again: texts that would be read as something else are quoted.</summary>
public static class YamlOutput
{
    /// <summary>The documents, one after the other with "---" between.</summary>
    public static string Write(params IEnumerable<JsonObject> documents)
    {
        var text = new StringWriter { NewLine = "\n" };
        foreach (var document in documents)
        {
            if (text.GetStringBuilder().Length > 0)
                text.WriteLine("---");
            var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, indentSequences: true));
            emitter.Emit(new StreamStart());
            emitter.Emit(new DocumentStart(null, null, isImplicit: true));
            Write(emitter, document);
            emitter.Emit(new DocumentEnd(isImplicit: true));
            emitter.Emit(new StreamEnd());
        }
        return text.ToString();
    }

    private static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(null, null, true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    Write(emitter, key);
                    Write(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                    Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Write(emitter, value.GetValue<string>());
                break;
            default:
                emitter.Emit(new Scalar(null, null, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    private static void Write(Emitter emitter, string text) =>
        emitter.Emit(new Scalar(null, null, text, IsPlain(text) ? ScalarStyle.Any : ScalarStyle.DoubleQuoted, true, true));

    /// <summary>Whether it is a text without quotes as well, and no number, boolean or null.</summary>
    private static bool IsPlain(string text) =>
        text.Length > 0 && YamlValues.ToJson(new(text, YamlStyle.Plain, null, default, default)) is JsonValue value && value.GetValueKind() == JsonValueKind.String;
}
