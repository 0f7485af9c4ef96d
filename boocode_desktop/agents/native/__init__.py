"""The built-in agent: its own step loop over a LanguageModel and a Toolbox, both given by port."""
