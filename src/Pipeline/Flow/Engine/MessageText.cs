namespace Emergence.Pipeline.Flow.Engine;

/// <summary>What a message calls itself, for errors; one whose text fails is called by its type.</summary>
internal static class MessageText
{
    public static string Of(Message? message)
    {
        try
        {
            return message?.ToString() ?? "";
        }
        catch (Exception)
        {
            return message!.GetType().Name;
        }
    }
}
