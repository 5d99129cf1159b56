using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Sources;

/// <summary>Checks the containers of steps and sources before anything runs.</summary>
internal static class ContainerFields
{
    /// <summary>Those of Kubernetes' Container that mean something to a container that runs to its end.</summary>
    private static readonly string[] Known =
    [
        "name", "image", "command", "args", "workingDir", "env", "envFrom", "resources", "volumeMounts", "volumeDevices", "imagePullPolicy",
        "securityContext", "terminationMessagePath", "terminationMessagePolicy", "stdin", "stdinOnce", "tty",
    ];

    /// <summary>Of a server, not of a step.</summary>
    private static readonly string[] OfServers = ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "restartPolicy", "resizePolicy"];

    /// <summary>The containers that are well-formed; what is wrong is noted.</summary>
    public static IReadOnlyList<YamlMapping> Read(IReadOnlyList<YamlNode> nodes, string what, DocumentFields fields)
    {
        var containers = new List<YamlMapping>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            if (Read(node, what, fields) is not { } container)
                continue;
            containers.Add(container);
            if (fields.Text(container, "name") is { } name && !names.Add(name))
                fields.Wrong(container.Nearest("name"), $"two of the steps are named '{name}'");
        }
        return containers;
    }

    public static YamlMapping? Read(YamlNode node, string what, DocumentFields fields)
    {
        if (fields.Mapping(node, what) is not { } container)
            return null;
        foreach (var entry in container.Entries)
            if (OfServers.Contains(entry.Name))
                fields.Wrong(entry.Key, $"'{entry.Name}' is for containers that stay; {what} runs to its end. Remove it");
            else if (!Known.Contains(entry.Name))
                fields.Wrong(entry.Key, $"{what} has no field '{entry.Name}'{DocumentFields.Hint(entry.Name, Known)}");
        fields.RequiredText(container, "image", what);
        CheckTexts(container, fields);
        CheckLists(container, fields);
        return container;
    }

    private static void CheckTexts(YamlMapping container, DocumentFields fields)
    {
        fields.Text(container, "workingDir");
        foreach (var key in new[] { "command", "args" })
            foreach (var item in fields.Items(container, key))
                fields.Text(item, $"an item of '{key}'");
    }

    private static void CheckLists(YamlMapping container, DocumentFields fields)
    {
        foreach (var item in fields.Items(container, "env"))
            if (fields.Mapping(item, "a variable of 'env'", "name", "value", "valueFrom") is { } variable)
            {
                fields.RequiredText(variable, "name", "a variable of 'env'");
                fields.Text(variable, "value");
            }
        foreach (var item in fields.Items(container, "volumeMounts"))
            if (fields.Mapping(item, "a mount of 'volumeMounts'", "name", "mountPath", "subPath", "readOnly", "mountPropagation", "subPathExpr") is { } mount)
            {
                fields.RequiredText(mount, "name", "a mount of 'volumeMounts'");
                fields.RequiredText(mount, "mountPath", "a mount of 'volumeMounts'");
            }
    }
}
