using System.Diagnostics;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>Gets a container its image, however long that takes.</summary>
internal sealed class ImagePulls(PodContext pod, ContainerDefinition container)
{
    /// <summary>How long a failure is shown before the waiting for the next try is.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(1);

    public async Task<ContainerImage> GetAsync(CancellationToken cancellationToken)
    {
        var backoff = new PullBackoff();
        while (true)
        {
            try
            {
                return await TryAsync(cancellationToken);
            }
            catch (ImagePullException e)
            {
                Tell(e);
                await WaitAsync(e, backoff.Next(), cancellationToken);
            }
        }
    }

    private ImagePullPolicy Policy => container.Text("imagePullPolicy") switch
    {
        "Always" => ImagePullPolicy.Always,
        "Never" => ImagePullPolicy.Never,
        _ => ImagePullPolicy.IfNotPresent,
    };

    private async Task<ContainerImage> TryAsync(CancellationToken cancellationToken)
    {
        if (Policy != ImagePullPolicy.Always && await FindAsync(cancellationToken) is { } present)
        {
            pod.Events.Normal("Pulled", $"Container image \"{container.Image}\" already present on machine", container.FieldPath);
            return present;
        }
        pod.Events.Normal("Pulling", $"Pulling image \"{container.Image}\"", container.FieldPath);
        var watch = Stopwatch.StartNew();
        var image = await pod.Parts.Images.PullAsync(container.Image, new() { Policy = Policy, PullSecrets = Secrets(), Mirrors = Mirrors() }, cancellationToken);
        var took = watch.Elapsed.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
        pod.Events.Normal("Pulled", $"Successfully pulled image \"{container.Image}\" in {took}s", container.FieldPath);
        return image;
    }

    /// <returns>null where it has to be pulled, and may be.</returns>
    private async Task<ContainerImage?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await pod.Parts.Images.PullAsync(container.Image, new() { Policy = ImagePullPolicy.Never }, cancellationToken);
        }
        catch (ImagePullException e) when (e.Reason == ImagePullException.ErrImageNeverPull && Policy == ImagePullPolicy.IfNotPresent)
        {
            return null;
        }
    }

    private void Tell(ImagePullException e)
    {
        var (reason, message) = e.Reason switch
        {
            ImagePullException.ErrImageNeverPull => (e.Reason, e.Message),
            ImagePullException.InvalidImageName => ("InspectFailed", e.Message),
            _ => ("Failed", $"Failed to pull image \"{container.Image}\": {e.Message}"),
        };
        pod.Events.Warning(reason, message, container.FieldPath);
        Wait(e.Reason, e.Message);
    }

    private async Task WaitAsync(ImagePullException e, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (e.Reason == ImagePullException.ErrImagePull)
        {
            await Task.Delay(Shown, pod.Time, cancellationToken);
            var message = $"Back-off pulling image \"{container.Image}\"";
            pod.Events.Normal("BackOff", message, container.FieldPath);
            Wait("ImagePullBackOff", message);
            delay -= Shown;
        }
        await Task.Delay(delay, pod.Time, cancellationToken);
    }

    private void Wait(string reason, string message)
    {
        pod.Events.Warning("Failed", $"Error: {reason}", container.FieldPath);
        pod.Board.Change(container, before => before.Waits(reason, message));
    }

    /// <summary>As who made the namespace wants it.</summary>
    private string[] Mirrors() => pod.Parts.Objects.Store.Find(new(Kinds.Namespace, "", pod.Pod.Namespace))?.View.Annotations
        .GetValueOrDefault("kontrakt/registry-mirrors")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private List<ReadOnlyMemory<byte>> Secrets()
    {
        var found = new List<ReadOnlyMemory<byte>>();
        foreach (var name in pod.Pod.View.Items("spec", "imagePullSecrets").Select(each => each["name"]?.ToString() ?? ""))
        {
            var secret = pod.Parts.Objects.Store.Find(new(Kinds.Secret, pod.Pod.Namespace, name));
            var text = secret?.View.Text("data", ".dockerconfigjson") is { Length: > 0 } config ? config : secret?.View.Text("data", ".dockercfg") ?? "";
            if (text.Length > 0)
                found.Add(Convert.FromBase64String(text));
            else
                pod.Events.Warning("FailedToRetrieveImagePullSecret", $"Unable to retrieve some image pull secrets ({name}); attempting to pull the image may not succeed.");
        }
        return found;
    }
}
