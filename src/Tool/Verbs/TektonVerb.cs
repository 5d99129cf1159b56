using System.CommandLine;
using Kontrakt.Pipelines;
using Kontrakt.Settings;
using Kontrakt.Tool.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>Prints tasks and a pipeline for Tekton. Settings on the command line become those of the tasks.</summary>
internal sealed class TektonVerb() : Verb("tekton", "Print Tasks and a Pipeline for Tekton (v1), as YAML; other options become settings of the tasks")
{
    public override IEnumerable<Setting> Settings => Setting.All;

    public override IReadOnlyList<string> Examples => ["kontrakt tekton --image registry.example.com/kontrakt:1 | kubectl apply -f -"];

    private readonly Option<string> _image = new("--image") { Description = "An image with the kontrakt command, and with the .NET SDK where projects are built", HelpName = "IMAGE", Required = true };

    public override IReadOnlyList<Option> Options => [_image];

    /// <summary>The tasks read it where they run.</summary>
    public override bool ReadsProject => false;

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var request = new TektonRequest(context.Arguments.GetRequiredValue(_image), SettingOptions.ReadArguments(context.Arguments));
        await context.Output.WriteAsync(TektonPipeline.Write(request));
        return true;
    }
}
