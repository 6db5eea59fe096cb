"""The staff group on Telegram: a supergroup in which every case is a topic."""
