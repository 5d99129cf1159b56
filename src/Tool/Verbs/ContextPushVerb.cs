using System.CommandLine;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Contexts;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Pushes a folder as a context image; prints its reference by digest. Begins no run.</summary>
internal sealed class ContextPushVerb() : Verb("push", "Push --directory as a context image: what changed since the last push; print its reference")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.Directory), nameof(KontraktSettings.InsecureRegistries)).Concat(Setting.Of(SettingGroup.Contexts));

    public override IReadOnlyList<string> Examples => ["kontrakt context push -f src --tag localhost:5000/src:main", "kontrakt context push --tag localhost:5000/src --squash"];

    private readonly Option<string> _tag = new("--tag") { Description = "Where it goes: registry/repository[:tag]", HelpName = "REF", Required = true };
    private readonly Option<string> _dockerfile = new("--dockerfile") { Description = "The Dockerfile that the context is for, whose own ignore file counts; default: Dockerfile in the directory", HelpName = "FILE" };
    private readonly Option<bool> _squash = new("--squash") { Description = "Push all of the image again, without what was deleted" };

    public override (string Name, string Description)? Group => ("context", "Source folders as images that grow by what changed");

    public override IReadOnlyList<Option> Options => [_tag, _dockerfile, _squash];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        // Other verbs look below the current folder; this one would upload it, whatever it is.
        if (!context.IsGiven("KontraktDirectory"))
            throw Ktr.InvalidSetting.Error(null, "--directory", "", "name the folder to push; --directory . for the current one");
        var dockerfile = context.Arguments.GetValue(_dockerfile);
        var request = new ContextImageRequest
        {
            Directory = context.Settings.Directory,
            Tag = context.Arguments.GetValue(_tag) ?? "",
            Dockerfile = dockerfile is null ? null : StartFolder.Resolve(dockerfile),
            Squash = context.Arguments.GetValue(_squash),
        };
        using var registry = new RegistryClient(RegistryAccess.Options(context.Settings, context.Log));
        var pushed = await ContextImages.PushAsync(request, context.Settings, registry, context.Log, cancellationToken);
        await context.Output.WriteLineAsync(pushed.Reference.ToString());
        return true;
    }
}
