using Kontrakt.Images.Templates;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints each build template: name, parameters (a required one with '*'), file; tabs between.</summary>
internal sealed class TemplateListVerb() : Verb("list", "List the build templates, their parameters (required: *) and files")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.Templates));

    public override IReadOnlyList<string> Examples => ["kontrakt template list", "kontrakt template list --templates build/templates"];

    public static readonly (string, string) TemplateGroup = ("template", "Images by build templates");

    public override (string Name, string Description)? Group => TemplateGroup;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        foreach (var template in TemplateCatalog.Read(context.Settings).All)
        {
            var parameters = string.Join(' ', template.Parameters.Select(parameter => parameter.Default is null ? parameter.Name + "*" : parameter.Name));
            await context.Output.WriteLineAsync(string.Join('\t', template.Name, parameters, template.IsBuiltIn ? "(built in)" : template.File));
        }
        return true;
    }
}
