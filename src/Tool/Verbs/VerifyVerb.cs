using System.CommandLine;
using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Attestations;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Reports.Documents;
using Kontrakt.Settings;

namespace Kontrakt.Tool.Verbs;

/// <summary>A gate for deploys: fails unless the image's contract is attested and held. Prints its reference by digest, which is what was checked.</summary>
internal sealed class VerifyVerb() : Verb("verify", "Check that an image's contract is attested and held; print its reference by digest")
{
    public override IEnumerable<Setting> Settings => Setting.Of(nameof(KontraktSettings.InsecureRegistries));

    public override IReadOnlyList<string> Examples => ["kontrakt verify registry.example.com/shop/web:1.2 --key contract.pub", "kubectl set image deployment/web web=$(kontrakt verify registry.example.com/shop/web:1.2 --key contract.pub)"];

    public override CommandDocument Document => new VerifyDocument(null, false, false, [], []);

    private readonly Argument<string> _image = new("IMAGE") { Description = "An image by tag or digest" };
    private readonly Option<string> _key = new("--key") { Description = "Public key that must have signed: ECDSA P-256, PEM; default: no signature is asked for", HelpName = "FILE" };

    private readonly Option<string[]> _kontrakts = new("--kontrakt") { Description = "Kontrakt that must be attested as passed; default: whatever the newest attestation lists (repeatable)", HelpName = "NAME" };

    public override IReadOnlyList<Argument> Arguments => [_image];

    public override IReadOnlyList<Option> Options => [_key, _kontrakts];

    public override async Task<bool> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var text = context.Arguments.GetValue(_image) ?? "";
        if (!ImageReference.TryParse(text, out var image, out var problem))
            throw Ktr.InvalidImage.Error(null, text, problem);
        using var key = context.Arguments.GetValue(_key) is { } file ? AttestationKey.Public(StartFolder.Resolve(file), "--key") : null;
        using var registry = new RegistryClient(RegistryAccess.Options(context.Settings, context.Log));
        var passed = await ContractGate.CheckAsync(registry, image, key, context.Arguments.GetValue(_kontrakts) ?? [], cancellationToken);
        foreach (var ignored in passed.Ignored)
            context.Say($"ignored: {ignored}");
        foreach (var contract in passed.Contracts)
            context.Say(string.Create(CultureInfo.InvariantCulture, $"{passed.Image}: its contract held in run {contract.Run.Id} at {contract.Run.FinishedAt.UtcDateTime:u}, source {contract.Source.Reference ?? "unknown"}, on {contract.Cluster.Kind ?? "an unknown cluster"}: {string.Join(", ", contract.Kontrakts.Select(kontrakt => kontrakt.Name))}"));
        context.Say(key is not null ? "signed by that key" : passed.IsSigned ? "signed; no key was given to check that (--key)" : "not signed: anybody who may push there could have written it");
        await context.Output.WriteLineAsync(passed.Image.ToString());
        context.AnswerWith(VerifyDocument.Of(passed, key is not null));
        return true;
    }
}
