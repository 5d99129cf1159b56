using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>
/// Puts values into a container where Knative Build put them: its name, image, command, arguments, working directory, the values of its variables and
/// its mounts. In one pass: what a value holds is not replaced again.
/// </summary>
/// <param name="values">By parameter.</param>
internal sealed class ContainerExpansion(IReadOnlyDictionary<string, string> values, DocumentFields fields)
{
    public JsonObject Expand(YamlMapping container)
    {
        var scope = new Scope(this, container);
        var json = container.ToJson().AsObject();
        foreach (var key in new[] { "name", "image", "workingDir" })
            scope.Replace(json, key, container.At(key));
        foreach (var key in new[] { "command", "args" })
            for (var index = 0; container.At(key, index) is { } item; index++)
                if (json[key] is JsonArray list)
                    list[index] = scope.Expand(item, ContainerText.Literal);
        ExpandEach(json, container, "env", (item, name, node) => scope.Replace(item, name, node, ContainerText.Literal), "value");
        ExpandEach(json, container, "volumeMounts", (item, name, node) => scope.Replace(item, name, node), "name", "mountPath", "subPath");
        ShellRules.Check(container, fields);
        return json;
    }

    /// <summary>A volume: its name, and the names of what it is made from.</summary>
    public JsonObject ExpandVolume(YamlMapping volume)
    {
        var scope = new Scope(this, volume);
        var json = volume.ToJson().AsObject();
        scope.Replace(json, "name", volume.At("name"));
        foreach (var (source, key) in new[] { ("configMap", "name"), ("secret", "secretName"), ("persistentVolumeClaim", "claimName") })
            if (json[source] is JsonObject inner)
                scope.Replace(inner, key, volume.At(source, key));
        return json;
    }

    private static void ExpandEach(JsonObject json, YamlMapping container, string key, Action<JsonObject, string, YamlNode?> replace, params string[] inner)
    {
        if (json[key] is not JsonArray list)
            return;
        for (var index = 0; index < list.Count; index++)
            if (list[index] is JsonObject item)
                foreach (var name in inner)
                    replace(item, name, container.At(key, index, name));
    }

    /// <summary>One container, whose own variables and shell say what a placeholder that is not a parameter may mean.</summary>
    private sealed class Scope(ContainerExpansion expansion, YamlMapping container)
    {
        private readonly bool _runsShell = ShellRules.RunsShell(container);

        public void Replace(JsonObject json, string key, YamlNode? node, Func<string, string>? written = null)
        {
            if (node is YamlScalar && json[key] is JsonValue)
                json[key] = Expand(node, written);
        }

        /// <param name="written">How a value is written where it goes; null: as it is. $(NAME), which Kubernetes would replace, is for the template to write, not for a value.</param>
        public string Expand(YamlNode node, Func<string, string>? written = null)
        {
            var text = (node as YamlScalar)?.Value ?? "";
            if (!_runsShell && Placeholders.Nested(text) is { } nested)
                expansion.Report(Ktr.PlaceholderUnknown, node, nested, "one placeholder is inside another; give the whole name, or make the text a parameter's default");
            return Placeholders.Replace(text, name =>
            {
                if (!expansion.Values.TryGetValue(name, out var value) && !_runsShell)
                    expansion.Report(Ktr.PlaceholderUnknown, node, $"${{{name}}}", Why(name));
                return value is null || written is null ? value : written(value);
            });
        }

        private string Why(string name) => HasVariable(name)
            ? $"'{name}' is a variable of this container and no parameter, and Kubernetes puts variables in only where they are written $({name}). Write $({name})"
            : $"no parameter is named '{name}'{DocumentFields.Hint(name, expansion.Values.Keys)}, and without a shell nothing else replaces it. Correct the name, declare the parameter, "
                + $"or, for a program that replaces it itself, declare the parameter with the default '${{{name}}}'";

        private bool HasVariable(string name) => container.At("env") is YamlSequence list && list.Items.Any(item => item.At("name") is YamlScalar own && own.Value == name);
    }

    private IReadOnlyDictionary<string, string> Values => values;

    private void Report(DiagnosticKind kind, YamlNode node, params object[] arguments) => fields.Report(kind.At(fields.Place(node), arguments));
}
