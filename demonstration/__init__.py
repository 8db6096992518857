"""La démonstration : des textes, des comptes fictifs, et les gestes qui les mettent en scène."""
