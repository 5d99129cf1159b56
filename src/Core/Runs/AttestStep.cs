using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Images;
using Kontrakt.Images.Attestations;
using Kontrakt.Images.Push;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Puts beside each target that was pushed what its run has proved of it.</summary>
internal sealed class AttestStep(KontraktSettings settings, IRunLog log, RunStore store, RegistryClient registry)
{
    /// <summary>What would keep targets from being attested, as far as it is known before anything runs.</summary>
    /// <exception cref="KontraktException">KTR1163: the key cannot be used.</exception>
    public static void Check(KontraktSettings settings) => Key(settings)?.Dispose();

    /// <param name="pushed">References by digest.</param>
    /// <param name="targets">The targets of each kontrakt.</param>
    /// <exception cref="KontraktException">The registry refuses.</exception>
    public async Task AttestAsync(IReadOnlyList<ImageReference> pushed, IReadOnlyDictionary<string, IReadOnlyList<TargetImage>> targets, CancellationToken cancellationToken)
    {
        var began = DateTimeOffset.UtcNow;
        using var key = Key(settings);
        var origin = GitOrigin.Of(settings.Directory);
        var attested = new List<RunAttestation>();
        foreach (var image in pushed.DistinctBy(image => (image.Name, image.Digest)))
        {
            var kontrakts = store.Record.Kontrakts.Where(kontrakt => targets[kontrakt.Name].Any(target => target.Image.Digest == image.Digest)).ToList();
            attested.Add(await AttestAsync(image.WithTag(null), Statement(image, kontrakts, origin), kontrakts, key, cancellationToken));
        }
        store.Update(record => record.Ending(RunStep.Attest, began) with { Attestations = attested });
    }

    private async Task<RunAttestation> AttestAsync(ImageReference image, ContractStatement statement, IReadOnlyList<RunKontrakt> kontrakts, AttestationKey? key, CancellationToken cancellationToken)
    {
        try
        {
            if (kontrakts.All(kontrakt => kontrakt.Cached is not null) && await FindAsync(image, statement, key, cancellationToken) is { } there)
            {
                log.Report(new RunEvent.Detail($"{image} is attested already"));
                return new(image.ToString(), there.ToString(), key?.Id);
            }
            var referrer = await AttestationPusher.PushAsync(registry, image, statement, key, cancellationToken);
            log.Report(new RunEvent.Progress($"attested {image}{(key is null ? ", not signed" : "")}"));
            return new(image.ToString(), referrer.Digest.ToString(), key?.Id);
        }
        catch (RegistryException e)
        {
            throw new KontraktException([RegistryProblems.Writing(e, image.Name, null)], e);
        }
    }

    /// <summary>
    /// What is attested of the same kontrakts already: kept verdicts need not be attested each time. That is the newest that lists any of them,
    /// which need not be the newest of all: another shard's lists others.
    /// </summary>
    private async Task<Digest?> FindAsync(ImageReference image, ContractStatement statement, AttestationKey? key, CancellationToken cancellationToken)
    {
        var names = statement.Predicate.Kontrakts.Select(kontrakt => kontrakt.Name).ToList();
        var found = await new AttestationReader(registry, image, key).ReadAsync(cancellationToken);
        return found.FirstOrDefault(each => each.Contract?.Kontrakts.Any(kontrakt => names.Contains(kontrakt.Name)) == true) is { Contract: { Passed: true } newest } attestation
            && newest.Kontrakts.Select(kontrakt => kontrakt.Name).SequenceEqual(names) ? attestation.Referrer : null;
    }

    private ContractStatement Statement(ImageReference image, IReadOnlyList<RunKontrakt> kontrakts, string? origin) => new()
    {
        Type = ContractStatement.StatementType,
        Subject = [new(image.Name, new Dictionary<string, string> { [image.Digest?.Algorithm ?? ""] = image.Digest?.Hex ?? "" })],
        PredicateType = ContractStatement.OwnPredicateType,
        Predicate = new(
            kontrakts.All(kontrakt => kontrakt.State == RunState.Passed),
            [.. kontrakts.OrderBy(kontrakt => kontrakt.Name, StringComparer.Ordinal).Select(kontrakt => new AttestedKontrakt(kontrakt.Name, kontrakt.State == RunState.Passed,
                [.. kontrakt.Tests.Select(test => new AttestedTest(test.Name, test.Passed, Math.Round(test.Seconds, 3)))], kontrakt.Began, kontrakt.Ended, kontrakt.Cached?.Passed))],
            new(store.Record.SourceReference, origin),
            new(store.Record.Id, store.Record.Started, kontrakts.Max(kontrakt => kontrakt.Ended) ?? DateTimeOffset.UtcNow),
            new(store.Record.Cluster?.Kind),
            EngineFolder.Version),
    };

    private static AttestationKey? Key(KontraktSettings settings) =>
        settings is { Attest: true, AttestationKey: { } file } ? AttestationKey.Private(file, "KontraktAttestationKey") : null;
}
