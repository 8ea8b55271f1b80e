namespace Emergence.Pipeline.Announcing;

/// <summary>What is announced of a checkpoint.</summary>
public enum ArrivalKind
{
    /// <summary>It is whole and next in step order.</summary>
    Arrived,

    /// <summary>It became whole after a later step.</summary>
    Late,

    /// <summary>It was whole and has been deleted.</summary>
    Vanished,

    /// <summary>It cannot be used.</summary>
    Refused,

    /// <summary>It is not used, because the reader has fallen behind.</summary>
    PassedOver,
}
