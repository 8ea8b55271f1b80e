namespace Apache.Arrow;

public partial class Schema
{
    /// <summary>Builds a schema step by step.</summary>
    public class Builder
    {
        private readonly List<Field> _fields = [];
        private Dictionary<string, string>? _metadata;

        public Builder Field(Field field)
        {
            ArgumentNullException.ThrowIfNull(field);
            _fields.Add(field);
            return this;
        }

        public Builder Field(Action<Field.Builder> fieldBuilderAction)
        {
            ArgumentNullException.ThrowIfNull(fieldBuilderAction);
            var builder = new Field.Builder();
            fieldBuilderAction(builder);
            return Field(builder.Build());
        }

        public Builder Metadata(string key, string value)
        {
            (_metadata ??= [])[key] = value;
            return this;
        }

        public Builder Metadata(IEnumerable<KeyValuePair<string, string>> dictionary)
        {
            ArgumentNullException.ThrowIfNull(dictionary);
            foreach (var (key, value) in dictionary)
            {
                Metadata(key, value);
            }

            return this;
        }

        public Schema Build() => new(_fields, _metadata);
    }
}
