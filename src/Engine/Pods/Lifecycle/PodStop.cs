namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>Why a pod ends before its containers have.</summary>
internal enum PodStop { None, DeadlineExceeded, Evicted, Deleted, EngineEnds }
