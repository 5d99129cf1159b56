using Kontrakt.Oci.Model;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What a container runs: the spec's command and args over the image's entry point and command.</summary>
internal static class ContainerCommand
{
    /// <exception cref="ContainerConfigException">Neither says anything.</exception>
    public static IReadOnlyList<string> Of(ContainerDefinition container, ImageConfig image, IReadOnlyDictionary<string, string> variables)
    {
        var command = Expanded(container.Texts("command"), variables);
        var arguments = Expanded(container.Texts("args"), variables);
        if (command.Count == 0)
        {
            command = [.. image.Entrypoint ?? []];
            // The image's command is arguments for the image's entry point, and for no other.
            if (arguments.Count == 0)
                arguments = [.. image.Command ?? []];
        }
        return command.Count + arguments.Count > 0 ? [.. command, .. arguments] : throw new ContainerConfigException("no command specified");
    }

    private static List<string> Expanded(IReadOnlyList<string> texts, IReadOnlyDictionary<string, string> variables) =>
        [.. texts.Select(text => VariableExpansion.Expand(text, variables))];
}
