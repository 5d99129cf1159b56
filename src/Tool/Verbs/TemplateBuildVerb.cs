using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Builds one image by a template and prints its reference by digest. Begins no run.</summary>
internal sealed class TemplateBuildVerb() : Verb("build", "Build an image by a template; print its reference")
{
    public override IEnumerable<Setting> Settings => Setting.Of(SettingGroup.WhatRuns, SettingGroup.Images, SettingGroup.Builds, SettingGroup.Cluster);

    public override IReadOnlyList<string> Examples => ["kontrakt template build function-template --source hello --param HANDLER=hello.js --param IMAGE=localhost:5000/demo/node:1"];

    private readonly Argument<string> _template = new("NAME") { Description = "The template's name" };
    private readonly Option<string[]> _parameters = new("--param") { Description = "A parameter's value (repeatable)", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string[]> _sources = new("--source") { Description = "A folder for the workspace; what comes later wins (repeatable)", HelpName = "DIR", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> _git = new("--git") { Description = "A repository for the workspace; folders win", HelpName = "URL" };
    private readonly Option<string> _revision = new("--revision") { Description = "Its branch, tag or commit; default: HEAD", HelpName = "REV" };
    private readonly Option<string> _subPath = new("--subpath") { Description = "Its folder; default: all of it", HelpName = "PATH" };
    private readonly Option<string[]> _files = new("--file") { Description = "A small file for the workspace, by its text; wins over all (repeatable)", HelpName = "PATH=TEXT", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string> _name = new("--image-name") { Description = "The last part of the image's repository; default: the folder's name", HelpName = "NAME" };

    public override (string Name, string Description)? Group => TemplateListVerb.TemplateGroup;

    public override IReadOnlyList<Argument> Arguments => [_template];

    public override IReadOnlyList<Option> Options => [_parameters, _sources, _git, _revision, _subPath, _files, _name];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var use = Use(context.Arguments);
        using var building = new TemplateBuilding(context);
        var catalog = building.Catalog();
        var repository = await building.RepositoryAsync(cancellationToken);
        var reference = building.SourceReference();
        var text = $"{repository}/{(use.Name.Length > 0 ? use.Name : use.DefaultName.ToLowerInvariant())}:{reference}";
        if (!ImageReference.TryParse(text, out var image, out var problem))
            throw Ktr.InvalidImage.Error(null, text, problem);
        await using var site = building.Open();
        var built = await TemplateImages.BuildAsync(use, use.Template, image, catalog, ExpandedTemplate.Globals(repository, reference), site, cancellationToken);
        await context.Output.WriteLineAsync(built.Reference.ToString());
        return true;
    }

    private TemplateUse Use(ParseResult arguments)
    {
        var sources = new List<TemplateSource>();
        if (arguments.GetValue(_git) is { } git)
            sources.Add(new TemplateSource.Git(git, arguments.GetValue(_revision) ?? "", arguments.GetValue(_subPath) ?? "", null));
        else if (arguments.GetValue(_revision) is not null || arguments.GetValue(_subPath) is not null)
            throw Ktr.InvalidSetting.Error(null, "--git", "", "--revision and --subpath are those of a repository, which --git names");
        sources.AddRange((arguments.GetValue(_sources) ?? []).Select(folder => new TemplateSource.Folder(StartFolder.Resolve(folder), null)));
        sources.AddRange((arguments.GetValue(_files) ?? []).Select(file => Pair("--file", file)).Select(file => new TemplateSource.Text(file.Key, System.Text.Encoding.UTF8.GetBytes(file.Value), null)));
        return new()
        {
            Template = arguments.GetValue(_template) ?? "",
            Name = arguments.GetValue(_name) ?? "",
            Arguments = [.. (arguments.GetValue(_parameters) ?? []).Select(parameter => Pair("--param", parameter)).Select(pair => new TemplateArgument(pair.Key, pair.Value, null))],
            Sources = sources,
        };
    }

    private static (string Key, string Value) Pair(string option, string text) =>
        text.Split('=', 2) is [{ Length: > 0 } key, var value] ? (key, value) : throw Ktr.InvalidSetting.Error(null, option, text, "it is not of the form KEY=VALUE");
}
