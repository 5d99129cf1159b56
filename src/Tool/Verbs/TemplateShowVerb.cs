using System.CommandLine;
using Kontrakt.Images.Templates;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints a template's parameters, one to a line: name, default (or "required"), description; tabs between. Then its steps' images.</summary>
internal sealed class TemplateShowVerb() : Verb("show", "Show the parameters and steps of a build template")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.Templates));

    public override IReadOnlyList<string> Examples => ["kontrakt template show function-template"];

    private readonly Argument<string> _name = new("NAME") { Description = "The template's name" };

    public override (string Name, string Description)? Group => TemplateListVerb.TemplateGroup;

    public override IReadOnlyList<Argument> Arguments => [_name];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var template = TemplateCatalog.Read(context.Settings).Find(context.Arguments.GetValue(_name) ?? "", null);
        foreach (var parameter in template.Parameters)
            await context.Output.WriteLineAsync(string.Join('\t', parameter.Name, parameter.Default is null ? "required" : $"default \"{parameter.Default}\"", parameter.Description));
        foreach (var step in template.Steps)
            await context.Output.WriteLineAsync($"step\t{step.ToJson().ToJsonString()}");
        return true;
    }
}
